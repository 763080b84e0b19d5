using BenchmarkDotNet.Attributes;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Spooling;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Benchmarks;

/// <summary>A question to a store of ten million readings: 50 devices with ten series each, over 30 days.</summary>
public class EmbeddedQueryBenchmarks
{
    private const int Devices = 50;
    private const int Messages = 100_000;
    private const int MessagesAWrite = 1000;
    private const long Days = 30;
    private const long MessageEveryNs = Days * 86_400 * 1_000_000_000 / (Messages / Devices);

    private readonly TempDirectory _directory = new();
    private ReadingStore _store = null!;
    private EmbeddedStoreSink _sink = null!;
    private EmbeddedQueries _queries = null!;

    [GlobalSetup]
    public async Task FillAsync()
    {
        var options = new EmbeddedOptions();
        _store = new(_directory["readings.duckdb"], options, TimeProvider.System, NullLogger<ReadingStore>.Instance);
        _sink = new(_store, options, TimeProvider.System, NullLogger<EmbeddedStoreSink>.Instance);
        _queries = new(_store, options, TimeProvider.System);
        await _sink.OpenAsync(default);
        var devices = Enumerable.Range(0, Devices).Select(device => DeviceId.Parse($"pump-{device:D6}")).ToList();
        var message = Samples.Spooled();
        for (var sent = 0; sent < Messages; sent += MessagesAWrite)
        {
            using var write = _sink.BeginWrite();
            for (var offset = sent; offset < sent + MessagesAWrite; offset++)
            {
                message.OpenHead((ulong)offset, SpoolRecord.Read(Samples.Head));
                Samples.Fill(message.Batch, (ulong)offset + 1, Samples.TimeNs + (offset / Devices * MessageEveryNs));
                message.Batch.Device = devices[offset % Devices];
                write.Add(message);
            }

            await write.SendAsync((ulong)(sent + MessagesAWrite), default);
        }
    }

    /// <summary>360,000 means: what a comparison of a whole plant over a month asks for.</summary>
    [Benchmark]
    public Task<int> HourlyMeansOfAllSeries() => CountAsync(HourlyMeans(device: null, field: null));

    /// <summary>What a chart of a month asks for.</summary>
    [Benchmark]
    public Task<int> HourlyMeansOfOneSeries() => CountAsync(HourlyMeans(DeviceId.Parse("pump-000007"), "channel_3"));

    /// <summary>What the dashboard asks first.</summary>
    [Benchmark]
    public async Task<int> AllSeries() => (await _queries.SeriesAsync(default)).Count;

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        _queries.Dispose();
        await _sink.DisposeAsync();
        _directory.Dispose();
    }

    private static ReadingQuery HourlyMeans(DeviceId? device, string? field) => new(
        device, "machine", field, Samples.TimeNs, Samples.TimeNs + (Days * 86_400 * 1_000_000_000), TimeSpan.FromHours(1), Aggregate.Mean, 1_000_000);

    private async Task<int> CountAsync(ReadingQuery query)
    {
        var rows = 0;
        await foreach (var _ in _queries.ReadingsAsync(query, default)) rows++;
        return rows;
    }
}
