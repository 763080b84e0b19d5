using System.Globalization;
using System.Text;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>Which line of a schema refuses a reading, as it would stand in the file: <c>metrics.temperature.max = 60</c>.</summary>
internal static class SchemaRule
{
    /// <summary>Null when no schema can help: the message itself is at fault.</summary>
    public static string? Of(RejectReason reason, ReadingBatch batch, in Reading reading, DeviceSchema schema)
    {
        var metric = $"metrics.{NameOf(batch, reading, schema)}";
        var rule = schema.RuleOf(batch, reading);
        return reason switch
        {
            RejectReason.BelowMinimum when rule is not null => $"{metric}.min = {Text(rule.Min)}",
            RejectReason.AboveMaximum when rule is not null => $"{metric}.max = {Text(rule.Max)}",
            RejectReason.WrongUnit when rule is not null => $"{metric}.unit = \"{Encoding.UTF8.GetString(rule.Unit)}\"",
            RejectReason.WrongKind when rule is not null => $"{metric}.kind = \"{rule.Kind.ToString().ToLowerInvariant()}\"",
            RejectReason.UnknownMetric => $"unknown = \"reject\", and there is no {metric}",
            RejectReason.DataNotAllowed => "allowData = false",
            RejectReason.FromTheFuture => $"maxClockLead = \"{schema.MaxClockLead}\"",
            RejectReason.TooOld => $"maxAge = \"{schema.MaxAge}\"",
            RejectReason.TooManySeries => "Limits:SeriesPerDevice of the gateway's settings",
            _ => null,
        };
    }

    /// <summary>As the schema's key: <c>field</c> for the default measurement.</summary>
    public static string NameOf(ReadingBatch batch, in Reading reading, DeviceSchema schema)
    {
        var measurement = batch.Utf8(reading.Measurement);
        var field = batch.Text(reading.Field);
        return measurement.IsEmpty || measurement.SequenceEqual(schema.Measurement) ? field : $"{batch.Text(reading.Measurement)}/{field}";
    }

    private static string Text(double limit) => limit.ToString("R", CultureInfo.InvariantCulture);
}
