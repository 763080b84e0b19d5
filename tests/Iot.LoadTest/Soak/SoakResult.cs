using System.Globalization;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Reports;

namespace Iot.LoadTest.Soak;

/// <summary>What the run showed, as a table, and what of it is wrong.</summary>
internal sealed record SoakResult
{
    /// <summary>From the sink's return until nothing waits.</summary>
    public static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(5);

    public required SoakArguments Arguments { get; init; }

    public required IReadOnlyList<SoakSample> Samples { get; init; }

    /// <summary>PUBACKs of each phase.</summary>
    public required IReadOnlyDictionary<SoakPhase, Percentiles> PubAck { get; init; }

    public required long MostPending { get; init; }

    public required TimeSpan Drained { get; init; }

    /// <summary>Readings acknowledged.</summary>
    public required long Expected { get; init; }

    public required long Refused { get; init; }

    /// <summary>Counted by the sink itself.</summary>
    public required long InSink { get; init; }

    public required BooksTotal Books { get; init; }

    public FlatMemory Memory => FlatMemory.Of(Samples, Arguments.WarmUp, sample => sample.RssMb);

    /// <summary>Without pages of program files.</summary>
    private FlatMemory OwnMemory => FlatMemory.Of(Samples, Arguments.WarmUp, sample => sample.OwnMb);

    public IEnumerable<string> Problems()
    {
        if (!Memory.Holds) yield return string.Create(CultureInfo.InvariantCulture, $"Memory was not flat: {Memory.Lowest:0.0} to {Memory.Highest:0.0} MB, ±{Memory.Spread:P1}.");
        if (Drained > DrainLimit) yield return $"Drained in {Drained}, not within {DrainLimit}.";
        if (Refused > 0) yield return $"{Refused} messages were refused.";
        if (InSink != Expected) yield return $"The sink counts {InSink} readings; {Expected} were acknowledged.";
        if (Books.Accepted != Expected || Books.Stored != Expected) yield return $"The ledger accepted {Books.Accepted} readings and stored {Books.Stored}, not {Expected}.";
        if (!Books.Balanced || Books.Gaps > 0 || Books.Pending > 0) yield return $"The books do not balance: {Books}.";
        if (PubAck[SoakPhase.Drain].P99 > Math.Max(10 * PubAck[SoakPhase.Before].P99, 250)) yield return $"Live data starved: PUBACK p99 was {PubAck[SoakPhase.Drain].P99} ms during the drain.";
    }

    public string Table() => string.Join('\n',
    [
        "| phase | minutes | RSS MB, lowest / median / highest | managed heap MB, median | PUBACK p50 ms | p99 | sink behind, at the end |",
        "|---|---:|---:|---:|---:|---:|---:|",
        .. Enum.GetValues<SoakPhase>().Select(Row),
        "",
        Words("Resident memory", Memory),
        Words("Of that without pages of program files", OwnMemory),
        string.Create(CultureInfo.InvariantCulture, $"{MostPending:N0} readings waited; drained in {Drained.TotalSeconds:0} s. Acknowledged {Expected:N0}, in the sink {InSink:N0}, stored by the ledger {Books.Stored:N0}."),
    ]);

    private string Words(string what, FlatMemory memory) => string.Create(CultureInfo.InvariantCulture,
        $"{what} after {Arguments.WarmUp.TotalMinutes:0} minutes of outage: {memory.Lowest:0.0} to {memory.Highest:0.0} MB, median {memory.Median:0.0}, in {memory.Samples} samples: {memory.Middle:0.0} MB ±{100 * memory.Spread:0.0} %.  ");

    private string Row(SoakPhase phase)
    {
        var samples = Samples.Where(sample => sample.Phase == phase).ToList();
        var sizes = samples.Select(sample => sample.RssMb).Order().ToList();
        var heap = samples.Select(sample => sample.Gateway.HeapBytes / 1e6).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {phase.ToString().ToLowerInvariant()} | {samples.Count / 6d:0.0} | {sizes[0]:0} / {sizes[sizes.Count / 2]:0} / {sizes[^1]:0} | {heap[heap.Count / 2]:0.0} | {PubAck[phase].P50:0.0} | {PubAck[phase].P99:0.0} | {samples[^1].BehindSeconds:N1} s |");
    }
}
