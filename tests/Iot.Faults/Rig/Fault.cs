using System.Globalization;

namespace Iot.Faults.Rig;

/// <summary>One fault under test and its line in the table of results.</summary>
internal sealed class Fault
{
    private static readonly Lock Table = new();

    private readonly List<string> _observed = [];
    private Loss? _loss;

    /// <summary>The line is written whatever happens; a check that fails makes its verdict.</summary>
    public static async Task RunAsync(string name, Func<Fault, Task> check)
    {
        var fault = new Fault();
        try
        {
            await check(fault);
            fault.Write(name, "held");
        }
        catch (Exception e)
        {
            fault.Write(name, $"FAILED: {e.Message.Split('\n')[0]}");
            throw;
        }
    }

    /// <summary>A clause for the table.</summary>
    public void Observed(string what) => _observed.Add(what);

    /// <summary>Nothing may be lost or doubled.</summary>
    public void Count(Loss loss)
    {
        _loss = loss;
        Assert.True(loss is { Lost: 0, Doubled: 0 }, $"{loss.Lost} of {loss.Acknowledged} acknowledged readings are lost, {loss.Doubled} are there twice");
        Assert.True(loss.Acknowledged > 0, "nothing was acknowledged, so nothing was checked");
    }

    private void Write(string name, string verdict)
    {
        if (Environment.GetEnvironmentVariable("FAULTS_TABLE") is not { } path) return;

        var counts = _loss is null ? "– | – | –" : string.Create(CultureInfo.InvariantCulture, $"{_loss.Acknowledged:N0} | {_loss.Lost:N0} | {_loss.Doubled:N0}");
        lock (Table) File.AppendAllText(path, $"| {name} | {string.Join("; ", _observed)} | {counts} | {verdict} |\n");
    }
}

/// <summary>Acknowledged readings beside those that a store holds.</summary>
internal sealed record Loss(int Acknowledged, int Lost, int Doubled)
{
    public static Loss operator +(Loss one, Loss other) => new(one.Acknowledged + other.Acknowledged, one.Lost + other.Lost, one.Doubled + other.Doubled);

    public static Loss Between(IEnumerable<KeyValuePair<long, double>> acknowledged, IEnumerable<KeyValuePair<long, double>> stored)
    {
        var wanted = acknowledged.ToHashSet();
        var held = stored.ToList();
        return new(wanted.Count, wanted.Except(held).Count(), held.Count - held.Distinct().Count());
    }
}
