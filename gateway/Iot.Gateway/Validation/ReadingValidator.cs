using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>Step 3 of ingest: judges each reading alone, so that one bad reading never costs the good ones beside it.</summary>
internal static class ReadingValidator
{
    /// <summary>What a <see cref="ReadingDefect"/>'s number becomes as a <see cref="RejectReason"/>.</summary>
    private const int DefectOffset = 32;

    private const long NsPerTick = 100;

    /// <summary>Adds what is refused, in ascending order of index. Times are judged against the receipt and never changed.</summary>
    public static void Judge(ReadingBatch batch, DeviceSchema schema, long receivedAtNs, List<Rejection> rejections)
    {
        var latest = Add(receivedAtNs, schema.MaxClockLead.Ticks * NsPerTick);
        var earliest = Add(receivedAtNs, -schema.MaxAge.Ticks * NsPerTick);
        var readings = batch.Readings;

        for (var i = 0; i < readings.Length; i++)
        {
            var why = WhyRejected(batch, readings[i], schema);
            if (why == RejectReason.None && readings[i].TimeNs > latest) why = RejectReason.FromTheFuture;
            if (why == RejectReason.None && readings[i].TimeNs < earliest) why = RejectReason.TooOld;
            if (why != RejectReason.None) rejections.Add(new(i, why));
        }
    }

    private static RejectReason WhyRejected(ReadingBatch batch, in Reading reading, DeviceSchema schema)
    {
        if (reading.Defect != ReadingDefect.None) return (RejectReason)((int)reading.Defect + DefectOffset);

        var rule = schema.RuleOf(batch, reading);
        if (rule is null && schema.Unknown == UnknownMetrics.Reject) return RejectReason.UnknownMetric;
        if (reading.Kind == ReadingKind.Data && !schema.AllowData && rule?.Kind != ReadingKind.Data) return RejectReason.DataNotAllowed;
        if (IsNumber(reading.Kind) && !(double.IsFinite(reading.Number) && !double.IsInfinity(reading.Sum))) return RejectReason.NotFinite;

        return rule is null ? RejectReason.None : WhyRejected(batch, reading, rule);
    }

    private static RejectReason WhyRejected(ReadingBatch batch, in Reading reading, MetricRule rule)
    {
        if (!reading.Unit.IsEmpty && rule.Unit.Length > 0 && !batch.Utf8(reading.Unit).SequenceEqual(rule.Unit)) return RejectReason.WrongUnit;
        if (reading.Kind == ReadingKind.None) return rule.Kind == ReadingKind.Float ? RejectReason.None : RejectReason.WrongKind;
        if (reading.Kind != rule.Kind) return RejectReason.WrongKind;
        if (reading.Kind != ReadingKind.Float) return RejectReason.None;
        if (reading.Number < rule.Min) return RejectReason.BelowMinimum;

        return reading.Number > rule.Max ? RejectReason.AboveMaximum : RejectReason.None;
    }

    /// <summary>A reading without a value has a sum, which is a number.</summary>
    private static bool IsNumber(ReadingKind kind) => kind is ReadingKind.Float or ReadingKind.None;

    private static long Add(long time, long span)
    {
        var sum = time + span;
        return ((time ^ sum) & (span ^ sum)) >= 0 ? sum : span > 0 ? long.MaxValue : long.MinValue;
    }
}
