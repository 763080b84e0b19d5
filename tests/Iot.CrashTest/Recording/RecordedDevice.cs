namespace Iot.CrashTest.Recording;

/// <summary>All that one device published, by epoch and seq.</summary>
internal sealed record RecordedDevice(string Device, IReadOnlyList<RecordedBatch> Batches)
{
    public IEnumerable<RecordedBatch> Acknowledged => Batches.Where(batch => batch.Acknowledged > 0);

    public long AcknowledgedReadings => Acknowledged.Sum(batch => (long)batch.Points.Count);
}
