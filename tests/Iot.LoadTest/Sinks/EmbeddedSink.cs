using Iot.LoadTest.Gateway;

namespace Iot.LoadTest.Sinks;

/// <summary>The gateway's own store.</summary>
internal sealed class EmbeddedSink : ILoadSink
{
    public IReadOnlyList<string> Settings => ["--Sinks:0", "Embedded"];

    public LatencyHistogram Latency { get; } = new();

    public Task<long> ArrivedAsync(GatewayUnderLoad gateway) => gateway.DeliveredAsync();

    public Task<long> CountAsync(GatewayUnderLoad gateway) => gateway.CountReadingsAsync();

    public long BytesOnDisk(GatewayUnderLoad gateway) => gateway.FilesLike("readings.duckdb*");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
