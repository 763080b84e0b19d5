using System.Globalization;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Wire;

namespace Iot.Gateway.DeadLetters;

/// <summary>Opens dead letters for a person to look into; nothing is changed by it. Thread-safe.</summary>
internal sealed class LetterOpener(FileSpool spool, IngestDesks desks, SchemaCatalog schemas, LimitsOptions limits)
{
    /// <summary>Readings shown of the start of a message, and of those refused in all of it.</summary>
    private const int Most = 200;

    private const int LongestText = 500;

    /// <summary>Null when nobody holds all of its message any more.</summary>
    public OpenedLetter? Open(KeptDeadLetter letter)
    {
        if (LetterPayload.Find(spool.Journal, letter) is not { } payload) return null;

        var (device, received) = (letter.Letter.Device, letter.Letter.ReceivedAtNs);
        var schema = schemas.For(device);
        using var desk = desks.Rent();
        if (!desk.Decoder.TryDecode(letter.Letter.Format, payload, new(device, received, limits.ReadingsPerBatch), desk.Batch, out var why))
            return new(schema, new((RejectReason)why.Error, why.Position), 0, []);

        desk.Judge(schema, received, opensSeries: false);
        return new(schema, Failure: null, desk.Batch.Count, Readings(desk, schema, letter.Letter.Index));
    }

    private static List<OpenedReading> Readings(IngestDesk desk, DeviceSchema schema, int own)
    {
        var refused = desk.Rejections.Take(Most).ToDictionary(rejection => rejection.Index, rejection => rejection.Reason);
        var shown = Enumerable.Range(0, Math.Min(Most, desk.Batch.Count)).Concat(refused.Keys);
        if (own >= 0 && own < desk.Batch.Count) shown = shown.Append(own);
        return [.. shown.Distinct().Order().Select(index => Of(desk.Batch, index, schema, refused.GetValueOrDefault(index)))];
    }

    private static OpenedReading Of(ReadingBatch batch, int index, DeviceSchema schema, RejectReason reason)
    {
        ref readonly var reading = ref batch.Readings[index];
        return new(
            index, Cut(SchemaRule.NameOf(batch, reading, schema)), Cut(batch.Text(reading.Tags)), reading.Kind, Cut(ValueOf(batch, reading)),
            Cut(batch.Text(reading.Unit)), reading.TimeNs, reason, reason == RejectReason.None ? null : SchemaRule.Of(reason, batch, reading, schema));
    }

    private static string ValueOf(ReadingBatch batch, in Reading reading) => reading.Kind switch
    {
        ReadingKind.Float => Exact(reading.Number),
        ReadingKind.Boolean => reading.Number != 0 ? "true" : "false",
        ReadingKind.String => batch.Text(reading.Text),
        ReadingKind.Data => Convert.ToBase64String(batch.Utf8(reading.Text)),
        _ => reading.HasSum ? $"sum {Exact(reading.Sum)}" : "",
    };

    private static string Exact(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
