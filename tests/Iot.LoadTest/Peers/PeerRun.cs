using System.Diagnostics;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Reports;
using Iot.LoadTest.Sinks;

namespace Iot.LoadTest.Peers;

/// <summary>One peer under one load, once: sink, broker, bridge and devices of its own.</summary>
internal sealed class PeerRun : IAsyncDisposable
{
    /// <summary>No new reading in the sink for so long means that no more will come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>How long repeats may be late, once everything is there.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly PeerLoad _load;
    private readonly LoadPlan _plan;
    private readonly Fleet _fleet;
    private readonly PointBook _book;
    private readonly CountingSink _sink;

    public PeerRun(PeerLoad load)
    {
        (_load, _plan) = (load, load.Plan);
        _fleet = new(_plan);
        _book = new(_plan.Connections);
        _sink = new(_plan, _fleet.Devices, _book);
    }

    private long Published => _fleet.Tally.Figures.Acknowledged * _plan.Readings;

    private long Lost => Math.Max(0, Published - (_book.Distinct * _plan.Fields));

    private long Doubled => _book.Doubled * _plan.Fields;

    public async Task<PeerResult> MeasureAsync(Peer peer, PeersArguments arguments)
    {
        await using var under = await peer.StartAsync(arguments, _plan, _sink);
        await _fleet.ConnectAsync(under.Port);
        await FlatOutAsync(arguments.WarmUp);
        await WaitForSinkAsync();
        _sink.Latency.Clear();

        var before = (Published, Bridge: ProcessFigures.Of(under.Bridge.Id), Broker: BrokerCpu(under));
        var started = Stopwatch.GetTimestamp();
        await (_plan.Rate > 0 ? _fleet.RunAsync(arguments.Duration) : FlatOutAsync(arguments.Duration));
        var untilStored = await WaitForSinkAsync() - started;
        var bridge = ProcessFigures.Of(under.Bridge.Id).Since(before.Bridge);
        var broker = BrokerCpu(under) - before.Broker;
        await Task.Delay(Quiet);
        return new(
            peer, Published - before.Published, TimeSpan.FromSeconds((double)untilStored / Stopwatch.Frequency),
            bridge, broker, Percentiles.Of(_sink.Latency), Lost, Doubled);
    }

    /// <summary>kill -9 of the bridge somewhere in the middle second of the load, so that the clocks of no bridge are met; and a start right after it.</summary>
    public async Task<KilledResult> KillAsync(Peer peer, PeersArguments arguments)
    {
        await using var under = await peer.StartAsync(arguments, _plan, _sink);
        await _fleet.ConnectAsync(under.Port);
        await FlatOutAsync(TimeSpan.FromSeconds(2));
        await WaitForSinkAsync();

        var publishing = PublishResumingAsync(under.Port, arguments.Duration);
        await Task.Delay((arguments.Duration / 2) + TimeSpan.FromSeconds(Random.Shared.NextDouble() - 0.5));
        await under.Bridge.KillAsync();
        await under.Bridge.StartAsync();
        await publishing;
        await WaitForSinkAsync();
        await Task.Delay(Quiet);
        return new(peer, Published, Lost, Doubled);
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _sink.DisposeAsync();
    }

    private static TimeSpan? BrokerCpu(PeerUnderLoad under) => under.Broker is null ? null : ProcessFigures.Of(under.Broker.Id).Cpu;

    private async Task FlatOutAsync(TimeSpan duration)
    {
        using var load = new BoundedLoad(_fleet, _sink, _load.MaxUnderWay);
        await load.RunAsync(duration);
    }

    private Task PublishResumingAsync(int port, TimeSpan duration) =>
        Task.WhenAll(_fleet.Devices.Select((device, index) => new ResumingLoad(_plan, device, index, port).RunAsync(duration)));

    /// <returns>When the last reading arrived.</returns>
    private async Task<long> WaitForSinkAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var (seen, since) = (_book.Distinct, Stopwatch.GetTimestamp());
        while (Lost > 0 && Stopwatch.GetElapsedTime(since) < Patience)
        {
            await timer.WaitForNextTickAsync();
            if (_book.Distinct > seen) (seen, since) = (_book.Distinct, Stopwatch.GetTimestamp());
        }

        return since;
    }
}
