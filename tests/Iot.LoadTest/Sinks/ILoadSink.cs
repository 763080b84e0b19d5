using Iot.LoadTest.Gateway;

namespace Iot.LoadTest.Sinks;

/// <summary>Where the readings of a run must end up, and a count of them that does not trust the gateway.</summary>
internal interface ILoadSink : IAsyncDisposable
{
    /// <summary>Words for the gateway's command line.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Publish to here; empty when it cannot be seen from outside.</summary>
    LatencyHistogram Latency { get; }

    /// <summary>Readings that have arrived, cheap enough to ask while the gateway works.</summary>
    Task<long> ArrivedAsync(GatewayUnderLoad gateway);

    /// <summary>Readings that are stored, asked of the sink itself once all is quiet.</summary>
    Task<long> CountAsync(GatewayUnderLoad gateway);

    /// <summary>Bytes that the stored readings take on disk, of a gateway that has stopped; 0 when they are not kept in its directory.</summary>
    long BytesOnDisk(GatewayUnderLoad gateway) => 0;
}

internal static class LoadSinks
{
    public static async Task<ILoadSink> StartAsync(LoadPlan plan, IReadOnlyList<Devices.Device> devices) => plan.Sink switch
    {
        SinkKind.Embedded => new EmbeddedSink(),
        SinkKind.VictoriaMetrics => await VictoriaMetricsSink.StartAsync(),
        SinkKind.Influxd => await InfluxdSink.StartAsync(),
        _ => new CountingSink(plan, devices),
    };
}
