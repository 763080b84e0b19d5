using System.Diagnostics;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Reports;
using Iot.LoadTest.Sinks;

namespace Iot.LoadTest.Soak;

/// <summary>Steady load in rounds of ten seconds, a sample after each; the sink goes away, stays away, and comes back.</summary>
internal sealed class SoakRun(SoakArguments arguments)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);

    /// <summary>The two kinds of outage take turns.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    private readonly List<SoakSample> _samples = [];
    private readonly Dictionary<SoakPhase, LatencyHistogram> _pubAck = Enum.GetValues<SoakPhase>().ToDictionary(phase => phase, _ => new LatencyHistogram());
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _outageSince;

    public async Task<SoakResult> RunAsync()
    {
        await using var fleet = new Fleet(SoakArguments.Plan);
        await using var sink = await InterruptedInfluxd.StartAsync();
        await using var gateway = await GatewayUnderLoad.StartAsync(arguments.Gateway, SoakArguments.Plan, sink);
        await using var csv = new StreamWriter(arguments.Samples) { AutoFlush = true };
        await csv.WriteLineAsync(SoakSample.Heading);
        await fleet.ConnectAsync(gateway.Port);

        async Task RoundAsync(SoakPhase phase)
        {
            _samples.Add(await SampleAsync(fleet, gateway, phase));
            await csv.WriteLineAsync(_samples[^1].Line);
        }

        for (var calm = TimeSpan.Zero; calm < Calm; calm += Round) await RoundAsync(SoakPhase.Before);
        await OutageAsync(sink.Door, () => RoundAsync(SoakPhase.Outage));
        var mostPending = _samples[^1].Gateway.Pending;
        var drained = await DrainAsync(sink.Door, gateway, () => RoundAsync(SoakPhase.Drain));
        for (var calm = TimeSpan.Zero; calm < Calm; calm += Round) await RoundAsync(SoakPhase.After);

        return (await CheckAsync(fleet, sink, gateway)) with { MostPending = mostPending, Drained = drained };
    }

    private async Task OutageAsync(OutageDoor door, Func<Task> roundAsync)
    {
        _outageSince = Stopwatch.GetTimestamp();
        for (var turn = 0; Stopwatch.GetElapsedTime(_outageSince) < arguments.Outage; turn++)
        {
            if (turn % 2 == 0) await door.RefuseAsync();
            else door.AnswerUnavailable();
            for (var under = TimeSpan.Zero; under < Turn && Stopwatch.GetElapsedTime(_outageSince) < arguments.Outage; under += Round) await roundAsync();
        }
    }

    /// <summary>Rounds until less waits than comes in a second; the time is taken more often than the rounds.</summary>
    private static async Task<TimeSpan> DrainAsync(OutageDoor door, GatewayUnderLoad gateway, Func<Task> roundAsync)
    {
        var back = Stopwatch.GetTimestamp();
        door.Open();
        var drained = DrainedAsync(gateway, back);
        do await roundAsync();
        while (!drained.IsCompleted);
        return await drained;
    }

    private static async Task<TimeSpan> DrainedAsync(GatewayUnderLoad gateway, long since)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while ((await gateway.FiguresAsync()).Pending > SoakArguments.Plan.Rate && Stopwatch.GetElapsedTime(since) < 4 * SoakResult.DrainLimit)
            await timer.WaitForNextTickAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    private async Task<SoakSample> SampleAsync(Fleet fleet, GatewayUnderLoad gateway, SoakPhase phase)
    {
        var (before, from) = (fleet.Tally.Figures.Acknowledged, Stopwatch.GetTimestamp());
        fleet.Tally.PubAck.Clear();
        await fleet.RunAsync(Round);
        var rate = (fleet.Tally.Figures.Acknowledged - before) * SoakArguments.Plan.Readings / Stopwatch.GetElapsedTime(from).TotalSeconds;
        _pubAck[phase].Add(fleet.Tally.PubAck);
        return new(
            Stopwatch.GetElapsedTime(_started), _outageSince == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_outageSince), phase,
            await gateway.FiguresAsync(), rate, Percentiles.Of(fleet.Tally.PubAck));
    }

    private async Task<SoakResult> CheckAsync(Fleet fleet, InterruptedInfluxd sink, GatewayUnderLoad gateway)
    {
        var expected = fleet.Tally.Figures.Acknowledged * SoakArguments.Plan.Readings;
        var books = await LoadRun.BooksAsync(gateway, expected);
        return new()
        {
            Arguments = arguments,
            Samples = _samples,
            PubAck = _pubAck.ToDictionary(phase => phase.Key, phase => Percentiles.Of(phase.Value)),
            MostPending = 0,
            Drained = TimeSpan.Zero,
            Expected = expected,
            Refused = fleet.Tally.Figures.Refused,
            InSink = await sink.CountAsync(gateway),
            Books = books,
        };
    }
}
