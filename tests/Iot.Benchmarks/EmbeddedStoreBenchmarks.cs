using BenchmarkDotNet.Attributes;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Spooling;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Benchmarks;

/// <summary>A reading, of a transaction of 50,000 on the real disk of TMPDIR.</summary>
[InvocationCount(16)]
public class EmbeddedStoreBenchmarks
{
    private const int Messages = 500;

    private readonly TempDirectory _directory = new();
    private readonly SpooledMessage _message = Samples.Spooled();
    private EmbeddedStoreSink _sink = null!;
    private ulong _offset;

    [GlobalSetup]
    public async Task OpenAsync()
    {
        var options = new EmbeddedOptions();
        var store = new ReadingStore(_directory["readings.duckdb"], options, TimeProvider.System, NullLogger<ReadingStore>.Instance);
        _sink = new(store, options, TimeProvider.System, NullLogger<EmbeddedStoreSink>.Instance);
        await _sink.OpenAsync(default);
    }

    [Benchmark(OperationsPerInvoke = Messages * Samples.Readings)]
    public async Task<int> Append()
    {
        using var write = _sink.BeginWrite();
        for (var i = 0; i < Messages; i++)
        {
            _message.OpenHead(_offset, SpoolRecord.Read(Samples.Head));
            Samples.Fill(_message.Batch, _offset + 1, Samples.TimeNs + ((long)_offset * Samples.Readings / Samples.Fields * Samples.StepNs));
            write.Add(_message);
            _offset++;
        }

        return (await write.SendAsync(_offset, default)).Attempts;
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _sink.DisposeAsync();
        _directory.Dispose();
    }
}
