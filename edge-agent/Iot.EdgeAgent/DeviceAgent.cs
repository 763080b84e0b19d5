using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent;

/// <summary>One device, from its sensors to the gateway.</summary>
/// <remarks>
/// <code>
/// sensors ─► batcher ─► outbox (fsync) ─► publisher ─► gateway
///          Batching/   StoreAndForward/  Publishing/
/// </code>
/// Batcher and outbox once for each stream, see <see cref="DeviceStream"/>; one publisher carries them all.
/// Stopping goes the same way: no more samples, the open batch is stored, the rest is published for as long as allowed.
/// </remarks>
internal sealed class DeviceAgent(DeviceId device, IReadOnlyList<SensorGroup> groups, string directory, AgentOptions options, AgentContext context)
{
    private static readonly TimeSpan LongestPhase = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = context.Clock;
    private readonly ILogger _logger = context.Loggers.CreateLogger<DeviceAgent>();
    private readonly Signal _grown = new(); // something to publish, or an answer
    private IReadOnlyList<DeviceStream> _streams = [];
    private PublisherState? _publishing;
    private Sampler? _sampler;

    public DeviceId Device => device;

    /// <summary>Null before <see cref="RunAsync"/> has opened the outbox.</summary>
    public DeviceStatus? Status => _streams is not [var first, ..] streams || _publishing is not { } publishing ? null : new(
        device.Value, publishing.IsConnected, publishing.LastFailure, publishing.LastPublished, publishing.Batches,
        streams.Aggregate(0UL, (sum, stream) => sum + stream.Outbox.Waiting), streams.Any(stream => stream.Outbox.IsFull),
        streams.Sum(stream => stream.Outbox.GivenUp), first.Outbox.Epoch.ToString(),
        [.. Sampling.SelectMany(loop => loop.Sensors.Select(sensor => new SensorStatus(sensor.Name, loop.Interval, sensor.Failure)))],
        streams.Sum(stream => stream.Outbox.Bytes), streams.Sum(stream => stream.Outbox.MaxBytes), streams.Any(stream => stream.Outbox.Acknowledged.Reaches(stream.First)));

    private IReadOnlyList<SamplingLoop> Sampling => _sampler?.Loops ?? [];

    /// <summary>Called once, when a batch that was stored after the start has been acknowledged.</summary>
    public Action? Delivered { get; init; }

    /// <summary>How long to go on publishing after the order to stop.</summary>
    public TimeSpan DrainTimeout { get; set; } = options.Gateway.DrainTimeout;

    /// <summary>Other sensors from now on; all else goes on.</summary>
    /// <param name="others">Instead of all there were.</param>
    /// <param name="delivered">Called once, when a batch with readings of theirs has been acknowledged.</param>
    /// <returns>False before <see cref="RunAsync"/> has opened the outbox.</returns>
    public bool TryExchange(IReadOnlyList<SensorGroup> others, Action delivered)
    {
        if (_sampler is not { } sampler) return false;

        sampler.Exchange(others, () => TryAwait(delivered));
        return true;
    }

    /// <summary>Calls <paramref name="delivered"/> once, when a batch that is begun later has been acknowledged.</summary>
    /// <returns>False before <see cref="RunAsync"/> has opened the outbox.</returns>
    public bool TryAwait(Action delivered)
    {
        if (_sampler is null) return false;

        _publishing!.Await(_streams.ToDictionary(stream => stream.Outbox, stream => stream.Outbox.Stored + (ulong)stream.Batcher.Pending), delivered);
        return true;
    }

    /// <summary>Until <paramref name="stopping"/>, and then until what was sampled is on disk.</summary>
    /// <exception cref="IOException">The outbox cannot be opened.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        var streams = _streams = await DeviceStream.OpenAllAsync(directory, OpenStream, options.Outbox, (e, stream) => _logger.LeftStreamNotOpened(e, device, stream));
        try
        {
            await CarryAsync(streams, stopping);
        }
        finally
        {
            foreach (var stream in streams) await stream.DisposeAsync();
        }
    }

    private async Task CarryAsync(IReadOnlyList<DeviceStream> streams, CancellationToken stopping)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var draining = new CancellationTokenSource();
        using var ending = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);

        using var pulses = context.Pulses.Group();
        var alive = pulses.Of("sampling");
        using var publisher = Publisher(streams, pulses.Of("publishing"));
        if (Delivered is { } delivered) publisher.State.Await(streams.ToDictionary(stream => stream.Outbox, stream => stream.Outbox.Stored), delivered);
        _publishing = publisher.State;
        publisher.State.Changed = context.Changed;
        var sampler = _sampler = new Sampler(
            groups, group => new(group, StreamOf(streams, group).Batcher.Add, context.Time.Stamp, _clock, _logger, alive), Phase);
        context.Changed.Set();

        var sampling = sampler.RunAsync(failed.Token);
        Task[] storing = [.. streams.Select(stream => stream.StoreAsync(pulses.Of("storing"), () => publisher.State.IsConnected, _clock, context.Changed))];
        var publishing = publisher.RunAsync(draining.Token, ending.Token);
        try
        {
            await Task.WhenAny([sampling, publishing, .. storing]); // the first to end was stopped, or has failed
            await failed.CancelAsync();
            await EndAsync(sampling, streams, storing);
        }
        finally
        {
            await draining.CancelAsync();
            ending.CancelAfter(DrainTimeout);
            await publishing;
        }
    }

    /// <summary>Whichever has failed, what the others hold gets to the disk.</summary>
    private static async Task EndAsync(Task sampling, IReadOnlyList<DeviceStream> streams, IEnumerable<Task> storing)
    {
        try
        {
            await sampling;
        }
        finally
        {
            foreach (var stream in streams) stream.Batcher.Complete();
            await Task.WhenAll(storing);
        }
    }

    private DeviceStream OpenStream(string name, string path, OutboxOptions outbox) =>
        DeviceStream.Open(name, path, outbox, options.Batching, device, _grown, _clock, _logger, context.Time);

    private static DeviceStream StreamOf(IReadOnlyList<DeviceStream> streams, SensorGroup group) =>
        streams.FirstOrDefault(stream => stream.Name.Equals(group.Stream, StringComparison.OrdinalIgnoreCase)) ?? streams[0];

    private Publisher Publisher(IReadOnlyList<DeviceStream> streams, Pulse pulse) => new(
        device, options.Gateway, [.. streams.Select(stream => stream.Outbox)], _grown,
        new(options.Gateway.MinBackoff, options.Gateway.MaxBackoff, options.Gateway.StableAfter, Random.Shared.NextDouble),
        _clock, _logger, pulse, context.Version, context.Credentials, context.Time, context.Exchange);

    /// <summary>A device's own share of the interval, the same for all its sensors: they share batches, and a fleet is spread.</summary>
    private TimeSpan Phase(TimeSpan interval)
    {
        var hash = 2166136261u; // FNV-1a: string.GetHashCode differs from start to start
        foreach (var character in device.Value) hash = (hash ^ character) * 16777619u;
        return TimeSpan.FromTicks(Math.Min(interval.Ticks, LongestPhase.Ticks)) * (hash / (double)uint.MaxValue);
    }
}
