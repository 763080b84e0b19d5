using System.CommandLine;
using System.Globalization;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.DeadLetters;
using Microsoft.Extensions.Logging.Abstractions;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway dead-letters list|show</c>: what was refused, why, and its bytes.</summary>
internal static class DeadLettersCommand
{
    private const int MostListed = 1000;

    public static Command Create(IReadOnlyList<string> settings)
    {
        var id = new Argument<long>("id") { Description = "As 'list' prints it." };
        var show = GatewayCommand.Create("show", "One of them with its original bytes.", (parsed, _) => Task.FromResult(Show(settings, parsed.GetValue(id))));
        show.Add(id);
        return new Command("dead-letters", "Refused readings and messages: reason and bytes.")
        {
            GatewayCommand.Create("list", "Newest first.", (_, cancellation) => ListAsync(settings, cancellation)),
            show,
        };
    }

    private static async Task<int> ListAsync(IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        using var client = new GatewayClient(gateway.Services.GetRequiredService<HttpOptions>());
        var answer = await client.GetAsync($"/api/v1/dead-letters?limit={MostListed}", ApiJson.Default.DeadLettersJson, cancellation)
            ?? FromFile(gateway.Services);

        Terminal.Table(
            ["id", "device", "at", "reason", "refused by", "bytes", "detail"],
            [.. answer.DeadLetters.Select(letter => (IReadOnlyList<string>)
            [
                letter.Id, letter.Device, letter.At, letter.Reason, letter.Sink ?? DeadLetter.Ingest,
                letter.PayloadBytes.ToString(CultureInfo.InvariantCulture), letter.Detail,
            ])]);
        return GatewayCommandLine.Done;
    }

    private static DeadLettersJson FromFile(IServiceProvider services)
    {
        using var store = OpenToLook(services);
        return new([.. GatewayOverview.DeadLetters(store, MostListed).Select(DeadLetterJson.Of)]);
    }

    /// <summary>Beside a running gateway, too: SQLite lets readers in.</summary>
    private static DeadLetterStore OpenToLook(IServiceProvider services) => DeadLetterStore.Open(
        services.GetRequiredService<DataOptions>().DeadLettersPath, services.GetRequiredService<DeadLettersOptions>(), NullLogger<DeadLetterStore>.Instance);

    private static int Show(IReadOnlyList<string> settings, long id)
    {
        using var gateway = (IDisposable)GatewayHost.BuildParts(settings);
        using var store = OpenToLook(((WebApplication)gateway).Services);
        if (store.Get(id) is not { } kept)
        {
            Terminal.Error($"No dead letter {id}. 'iot-gateway dead-letters list' lists those there are.");
            return GatewayCommandLine.Failed;
        }

        var letter = kept.Letter;
        Terminal.Line($"device    {letter.Device}");
        Terminal.Line($"reason    {SnakeCase.Of(letter.Reason)} {letter.Detail}".TrimEnd());
        Terminal.Line($"by        {letter.Origin}");
        Terminal.Line($"reading   {(letter.Index == DeadLetter.WholeMessage ? "the whole message" : letter.Index.ToString(CultureInfo.InvariantCulture))}");
        if (letter.Identity is { } identity) Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"batch     epoch {identity.Epoch:x16}, seq {identity.Seq}"));
        Terminal.Line($"offset    {letter.Offset}");
        if (kept.PayloadNote is { } note) Terminal.Line($"note      {note}");
        Terminal.Line();
        Terminal.Bytes(letter.Payload.Span);
        return GatewayCommandLine.Done;
    }
}
