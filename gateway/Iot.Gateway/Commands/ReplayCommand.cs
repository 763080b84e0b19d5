using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway replay</c>: a range of the journal to a sink again, through the running gateway or on its data directory.</summary>
/// <remarks>In the running gateway a replay goes on when this command is interrupted, unless <c>--cancel-on-interrupt</c> was given.</remarks>
internal static class ReplayCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var sink = Required("--sink", "Which sink, as in the key Sinks.");
        var from = Required("--from", "First moment of receipt that counts: unix seconds or RFC 3339.");
        var to = Required("--to", "First moment that does not count any more.");
        var device = new Option<string?>("--device") { Description = "Only this device." };
        var rate = new Option<long?>("--rate") { Description = "Most readings a second. Default: as fast as the sink takes them." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Count only; nothing is sent." };
        var cancels = new Option<bool>("--cancel-on-interrupt") { Description = "Ctrl-C ends the replay, too, not only this command." };
        var command = GatewayCommand.Create("replay", "Send a range of the journal to a sink again.", (parsed, cancellation) => StartAsync(
            settings,
            new()
            {
                Sink = parsed.GetValue(sink), From = parsed.GetValue(from), To = parsed.GetValue(to),
                Device = parsed.GetValue(device), Rate = parsed.GetValue(rate), DryRun = parsed.GetValue(dryRun),
            },
            parsed.GetValue(cancels),
            cancellation));
        foreach (var option in new Option[] { sink, from, to, device, rate, dryRun, cancels }) command.Add(option);
        command.Add(GatewayCommand.Create("list", "The running or the last replay of each sink.", (_, cancellation) => ListAsync(settings, cancellation)));
        command.Add(OfSink("watch", "Show a replay until it ends; without a gateway, let it go on.", (name, cancellation) => WatchAsync(settings, name, cancels: false, cancellation)));
        command.Add(OfSink("cancel", "End a replay: no more of its range is sent.", (name, cancellation) => WatchAsync(settings, name, cancels: true, cancellation)));
        return command;
    }

    private static Option<string> Required(string name, string description) => new(name) { Description = description, Required = true };

    private static Command OfSink(string name, string description, Func<string, CancellationToken, Task<int>> action)
    {
        var sink = Required("--sink", "To which sink.");
        var command = GatewayCommand.Create(name, description, (parsed, cancellation) => action(parsed.GetValue(sink)!, cancellation));
        command.Add(sink);
        return command;
    }

    private static async Task<int> StartAsync(IReadOnlyList<string> settings, ReplayParameters parameters, bool cancels, CancellationToken cancellation)
    {
        await using var desk = await ReplayDesk.OpenAsync(settings, cancellation);
        if (parameters.Read(desk.Sinks, out var request) is { } mistake)
        {
            Terminal.Error($"--{mistake.Parameter} {mistake.Value}: {mistake.Allowed}.");
            return GatewayCommandLine.WrongUsage;
        }

        return await FollowAsync(desk, await desk.StartAsync(parameters, request, cancellation), cancels, cancellation);
    }

    private static async Task<int> ListAsync(IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        await using var desk = await ReplayDesk.OpenAsync(settings, cancellation);
        Terminal.Table(
            ["sink", "state", "from", "to", "device", "readings", "sent", "refused", "missing", "started", "ended"],
            [.. (await desk.ListAsync(cancellation)).Select(replay => (IReadOnlyList<string>)
            [
                replay.Sink, replay.DryRun ? $"{replay.State} (dry run)" : replay.State, replay.From, replay.To, replay.Device ?? "all",
                Text(replay.Range.Readings), Text(replay.Sent.Readings), Text(replay.Refused), Text(replay.Sent.Missing), replay.Started, replay.Ended ?? "",
            ])]);
        return GatewayCommandLine.Done;
    }

    private static async Task<int> WatchAsync(IReadOnlyList<string> settings, string sink, bool cancels, CancellationToken cancellation)
    {
        await using var desk = await ReplayDesk.OpenAsync(settings, cancellation);
        var replay = await desk.FindAsync(sink, cancellation);
        if (cancels && replay.Ended is not null)
        {
            Terminal.Error($"The replay to {replay.Sink} has ended already, at {replay.Ended}.");
            return GatewayCommandLine.Failed;
        }

        if (cancels) await desk.CancelAsync(sink, cancellation);
        await desk.GoOnAsync(sink, cancellation);
        var code = await FollowAsync(desk, replay, cancels, cancellation);
        return cancels ? GatewayCommandLine.Done : code;
    }

    private static async Task<int> FollowAsync(ReplayDesk desk, ReplayJson replay, bool cancels, CancellationToken cancellation)
    {
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
            return ReplayResult.Print(await new ReplayWatch(desk).EndAsync(replay, interrupted.Token));
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            if (cancels) return ReplayResult.Print(await new ReplayWatch(desk).EndAsync(await desk.CancelAsync(replay.Sink, cancellation), cancellation));

            Terminal.Line(desk.IsLocal
                ? $"The replay stopped where it stands. It goes on when the gateway starts, or with 'iot-gateway replay watch --sink {replay.Sink}'."
                : $"The replay goes on in the gateway. 'iot-gateway replay watch --sink {replay.Sink}' shows it, 'iot-gateway replay cancel --sink {replay.Sink}' ends it.");
            return GatewayCommandLine.Failed;
        }

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
