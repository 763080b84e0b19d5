using System.CommandLine;
using System.Globalization;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Ledger;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway ledger [device]</c>: the books and every named gap, from the running gateway or its files.</summary>
internal static class LedgerCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var device = new Argument<string?>("device") { Description = "Only this device.", Arity = ArgumentArity.ZeroOrOne };
        var reconcile = new ReconcileArguments(device);
        var command = GatewayCommand.Create("ledger", "The books: received, accepted, rejected, duplicate, stored, and every gap.",
            (parsed, cancellation) => reconcile.AreGiven(parsed)
                ? ReconcileCommand.RunAsync(reconcile.Read(parsed), reconcile.WantsJson(parsed), settings, cancellation)
                : RunAsync(parsed.GetValue(device), settings, cancellation));
        command.Add(device);
        reconcile.AddTo(command);
        return command;
    }

    private static async Task<int> RunAsync(string? device, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        using var client = GatewayClient.Of(gateway.Services);
        var books = await client.GetAsync("/api/v1/ledger", ApiJson.Default.LedgerJson, cancellation) ?? await FromFilesAsync(gateway, cancellation);
        var shown = device is null ? books.Devices : [.. books.Devices.Where(entry => entry.Device.Equals(device, StringComparison.Ordinal))];
        if (device is not null && shown.Count == 0)
        {
            Terminal.Error($"No device '{device}' in the ledger. 'iot-gateway ledger' lists those there are.");
            return GatewayCommandLine.Failed;
        }

        Print(shown);
        return GatewayCommandLine.Done;
    }

    private static async Task<LedgerJson> FromFilesAsync(WebApplication gateway, CancellationToken cancellation)
    {
        await gateway.Services.GetRequiredService<Bookkeeper>().RecoverAsync(cancellation);
        return LedgerJson.Of(gateway.Services.GetRequiredService<GatewayLedger>().All());
    }

    private static void Print(IReadOnlyList<BooksJson> books)
    {
        var sinks = books.SelectMany(device => device.Sinks).Select(sink => sink.Sink).Distinct(StringComparer.Ordinal).ToList();
        Terminal.Table(
            [
                "device", "received", "accepted", "rejected", "duplicate",
                .. sinks.SelectMany(name => new[] { $"{name} stored", "pending", "dead-lettered" }), "gaps", "balanced",
            ],
            [.. books.Select(device => Row(device, sinks))]);

        foreach (var device in books)
            foreach (var sink in device.Sinks.Where(sink => sink.Before > 0)) Terminal.Line(Sentence(device.Device, sink));

        if (books.Count == 1)
            foreach (var epoch in books[0].Epochs) Terminal.Line(Sentence(books[0].Device, epoch));

        foreach (var device in books.Where(device => device.GivenUp > 0))
            Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{device.Device}: {device.GivenUp} readings were given up by the device: no room in its outbox, too old, or thinned out."));

        foreach (var device in books)
            foreach (var gap in device.Gaps) Terminal.Line(Sentence(device.Device, gap));
    }

    private static List<string> Row(BooksJson device, List<string> sinks)
    {
        List<string> row = [device.Device, Text(device.Received), Text(device.Accepted), Text(device.Rejected), Text(device.Duplicate)];
        foreach (var name in sinks)
        {
            var sink = device.Sinks.FirstOrDefault(entry => entry.Sink.Equals(name, StringComparison.Ordinal));
            row.AddRange([Text(sink?.Stored ?? 0), Text(sink?.Pending ?? 0), Text(sink?.DeadLettered ?? 0)]);
        }

        row.AddRange([device.Provable ? Text(device.Gaps.Count) : "not provable", device.Balanced ? "yes" : "NO"]);
        return row;
    }

    private static string Sentence(string device, EpochJson epoch) => string.Create(CultureInfo.InvariantCulture,
        $"{device}: epoch {epoch.Epoch}: {epoch.Produced} batches produced, {epoch.Batches} received, {epoch.Missing} missing, {epoch.GivenUp} given up; readings {epoch.Received} received, {epoch.Accepted} accepted, {epoch.Rejected} rejected, {epoch.Duplicate} duplicate.");

    private static string Sentence(string device, GapJson gap) => string.Create(CultureInfo.InvariantCulture,
        $"{device}: batches {gap.From} to {gap.To} of epoch {gap.Epoch} {(gap.GivenUp ? "were given up by the device" : gap.Held ? "have not arrived: the device holds them, and sends them yet" : "have not arrived")}.");

    private static string Sentence(string device, SinkBooksJson sink) => string.Create(CultureInfo.InvariantCulture,
        $"{device}: {sink.Before} readings were accepted before {sink.Sink} was configured and were gone from the journal by then.");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
