using System.Globalization;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>Ingest, spool, books, dead letters and delivery under power cuts at random instants, compared with a model.</summary>
/// <remarks><c>make power-cuts</c> runs it with POWER_CUTS=10000; a failure names the seed, and POWER_CUT_SEED runs that life alone.</remarks>
public sealed class PowerCutTests
{
    private const int CutsUsually = 300;
    private const int StepsOfALife = 40;
    private const int AtOnce = 2;

    [Fact]
    public async Task Whatever_is_cut_when_all_that_was_acknowledged_is_in_every_sink_and_in_the_books_once()
    {
        var first = Number("POWER_CUT_SEED") ?? Random.Shared.Next();
        var wanted = Number("POWER_CUT_SEED") is null ? Number("POWER_CUTS") ?? CutsUsually : 1;
        var total = new LifeTally();
        var seed = first - 1;

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (IsWanted()) await LiveAsync(Interlocked.Increment(ref seed), total);
        })));

        if (Environment.GetEnvironmentVariable("POWER_CUTS_TABLE") is { Length: > 0 } path)
            await File.WriteAllTextAsync(path, $"{total}\n| seeds | {first} to {seed} |\n", TestContext.Current.CancellationToken);

        bool IsWanted()
        {
            lock (total) return total.Cuts < wanted;
        }
    }

    private static async Task LiveAsync(int seed, LifeTally total)
    {
        using var life = new GatewayLife(seed);
        try
        {
            await life.RunAsync(StepsOfALife);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"POWER_CUT_SEED={seed}: {e.Message}", e);
        }

        lock (total) total.Add(life.Tally);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
