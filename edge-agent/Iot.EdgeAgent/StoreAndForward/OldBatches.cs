namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Batches from the floor on that are older than allowed.</summary>
/// <param name="End">One past the last of them.</param>
/// <param name="IsMore">The step ended before what is young enough was found.</param>
/// <param name="Readings">By their offsets.</param>
internal sealed record OldBatches(ulong End, bool IsMore, IReadOnlyDictionary<ulong, int> Readings)
{
    public long ReadingsOf(IReadOnlyList<ulong> offsets) => offsets.Sum(offset => (long)Readings.GetValueOrDefault(offset));
}
