using BenchmarkDotNet.Attributes;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Benchmarks;

/// <summary>A durable record of 2.5 KB on the real disk of TMPDIR. The number of calls is bounded, or the disk would fill.</summary>
[InvocationCount(64)]
public class JournalAppendBenchmarks
{
    private const int Together = 100;

    private readonly TempDirectory _directory = new();
    private readonly byte[] _body = Samples.Cbor();
    private readonly Task[] _durable = new Task[Together];
    private SegmentedJournal _journal = null!;

    [GlobalSetup]
    public void Open() => _journal = SegmentedJournal.Open(_directory["journal"], new(), TimeProvider.System);

    [Benchmark]
    public async Task Alone() => await (await _journal.AppendAsync(Samples.Head, _body, default)).Durable;

    /// <summary>A hundred that arrive together share fsyncs.</summary>
    [Benchmark(OperationsPerInvoke = Together)]
    public async Task Grouped()
    {
        for (var i = 0; i < Together; i++) _durable[i] = (await _journal.AppendAsync(Samples.Head, _body, default)).Durable;
        await Task.WhenAll(_durable);
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _journal.DisposeAsync();
        _directory.Dispose();
    }
}
