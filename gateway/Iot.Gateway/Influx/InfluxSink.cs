using System.Collections.Concurrent;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>Delivers to InfluxDB, or what speaks like it. Keeps no place of its own: writes are idempotent, the checkpoint decides.</summary>
/// <remarks>Written again, a line changes nothing (same series, time, fields), so it costs no harm to start from an older offset.</remarks>
internal sealed class InfluxSink : ISink
{
    private readonly InfluxOptions _options;
    private readonly InfluxMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ConcurrentBag<InfluxWrite> _spare = [];

    public InfluxSink(InfluxOptions options, IInfluxServer server, TimeProvider clock, InfluxMetrics metrics, ILogger<InfluxSink> logger)
    {
        (_options, _metrics, _logger) = (options, metrics, logger);
        Limit = new(options, logger);
        History = new(clock);
        Circuit = new(options, server, clock, metrics, logger, History);
    }

    public string Name => "Influx";

    public int MaxInFlight => _options.MaxInFlight;

    public TimeSpan Linger => _options.Linger;

    public SinkHealth Health => Circuit.Health;

    public SinkHistory History { get; }

    internal BodyLimit Limit { get; }

    internal InfluxCircuit Circuit { get; }

    /// <summary>Reaches for nothing: a server that is down at start is like one that goes down later.</summary>
    public ValueTask<ulong?> OpenAsync(CancellationToken cancellation) => ValueTask.FromResult<ulong?>(null);

    public ISinkWrite BeginWrite() => _spare.TryTake(out var write) ? write : new InfluxWrite(this);

    public ISinkWrite BeginReplay() => BeginWrite();

    public ValueTask DisposeAsync()
    {
        while (_spare.TryTake(out var write)) write.Free();
        return ValueTask.CompletedTask;
    }

    internal void TakeBack(InfluxWrite write) => _spare.Add(write);

    internal void ReportRefused(IReadOnlyList<RefusedReading> refused) => _metrics.Refused(refused.Count);
}
