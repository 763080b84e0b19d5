using Iot.CrashTest.Recording;

namespace Iot.CrashTest.Judging;

/// <summary>Compares what one sink holds of a device with what it must hold: each point once, with its value, and nothing else.</summary>
internal static class SinkJudge
{
    /// <param name="expected">The batches that must be there.</param>
    public static IEnumerable<Finding> Judge(string sink, IEnumerable<RecordedBatch> expected, IReadOnlyList<Point> found)
    {
        var missing = new Dictionary<(string Field, long TimeNs), (double Value, RecordedBatch Batch)>();
        foreach (var batch in expected)
            foreach (var point in batch.Points) missing[(point.Field, point.TimeNs)] = (point.Value, batch);

        var present = new Dictionary<(string, long), double>(missing.Count);
        foreach (var point in found)
        {
            var key = (point.Field, point.TimeNs);
            if (missing.Remove(key, out var sent))
            {
                present[key] = sent.Value;
                if (!point.Value.Equals(sent.Value)) yield return new(FindingKind.Wrong, $"{sent.Batch} in {sink}: {point} was sent as {sent.Value}");
            }
            else if (present.ContainsKey(key))
            {
                yield return new(FindingKind.Doubled, $"in {sink} more than once: {point}");
            }
            else
            {
                yield return new(FindingKind.Wrong, $"in {sink} although it was never sent, or is named as missing: {point}");
            }
        }

        foreach (var batch in missing.Values.GroupBy(point => point.Batch))
            yield return new(FindingKind.Lost, $"{batch.Key} ({batch.Key.Acknowledged} times acknowledged): {batch.Count()} of {batch.Key.Points.Count} readings are not in {sink}", batch.Count());
    }
}
