using BenchmarkDotNet.Attributes;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Benchmarks;

/// <summary>A record of 2.5 KB out of the page cache, checksum included.</summary>
public class JournalReadBenchmarks
{
    private const int Records = 4096;

    private readonly TempDirectory _directory = new();
    private SegmentedJournal _journal = null!;

    [GlobalSetup]
    public async Task FillAsync()
    {
        _journal = SegmentedJournal.Open(_directory["journal"], new(), TimeProvider.System);
        var body = Samples.Cbor();
        var last = Task.CompletedTask;
        for (var i = 0; i < Records; i++) last = (await _journal.AppendAsync(Samples.Head, body, default)).Durable;
        await last;
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public long Read()
    {
        using var reader = _journal.OpenReader(0);
        var bytes = 0L;
        while (reader.TryRead(out var record)) bytes += record.Payload.Length;
        return bytes;
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _journal.DisposeAsync();
        _directory.Dispose();
    }
}
