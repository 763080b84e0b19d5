using System.Globalization;
using System.Text;
using System.Text.Json;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;
using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary>The records of a journal, one a line as they are read; those of a spool with their heads decoded.</summary>
internal static class JournalRecords
{
    public static int Print(JournalInspector inspector, ulong from, int count, bool json)
    {
        var records = inspector.Records(from).Take(count);
        if (json) WriteJson(records);
        else WriteLines(records);

        return GatewayCommandLine.Done;
    }

    private static void WriteLines(IEnumerable<JournalRecord> records)
    {
        Terminal.Line("offset        bytes      received at                     verdict      device                epoch             seq         readings  rejected  payload    format");
        foreach (var record in records)
        {
            var start = string.Create(CultureInfo.InvariantCulture, $"{record.Offset,-12}  {record.Payload.Length,-9}");
            if (!TryRead(record, out var head))
            {
                Terminal.Line(start);
                continue;
            }

            var identity = head.Identity is { } known
                ? string.Create(CultureInfo.InvariantCulture, $"{known.Epoch:x16}  {known.Seq,-10}")
                : "-                 -         ";
            Terminal.Line(string.Create(CultureInfo.InvariantCulture,
                $"{start}  {TimeText.Format(head.ReceivedAtNs),-30}  {SnakeCase.Of(head.Verdict),-11}  {Encoding.ASCII.GetString(head.Device),-20}  {identity}  {head.Readings,-8}  {head.Rejected,-8}  {head.Payload.Length,-9}  {SnakeCase.Of(head.Format)}"));
        }
    }

    private static void WriteJson(IEnumerable<JournalRecord> records)
    {
        using var output = Terminal.OpenOutput();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartArray();
        foreach (var record in records)
        {
            Write(json, record);
            if (json.BytesPending > 64 * 1024) json.Flush();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, in JournalRecord record)
    {
        json.WriteStartObject();
        json.WriteNumber("offset", record.Offset);
        json.WriteNumber("bytes", record.Payload.Length);
        if (TryRead(record, out var head))
        {
            json.WriteString("receivedAt", TimeText.Format(head.ReceivedAtNs));
            json.WriteString("verdict", SnakeCase.Of(head.Verdict));
            json.WriteString("device", Encoding.ASCII.GetString(head.Device));
            if (head.Identity is { } identity)
            {
                json.WriteString("epoch", identity.Epoch.ToString("x16", CultureInfo.InvariantCulture));
                json.WriteNumber("seq", identity.Seq);
            }

            json.WriteNumber("readings", head.Readings);
            json.WriteNumber("rejected", head.Rejected);
            json.WriteNumber("payloadBytes", head.Payload.Length);
            json.WriteString("format", SnakeCase.Of(head.Format));
        }

        json.WriteEndObject();
    }

    /// <summary>False for a record of another journal: an agent's outbox holds payloads alone.</summary>
    private static bool TryRead(in JournalRecord record, out SpoolRecord head)
    {
        head = default;
        try
        {
            head = SpoolRecord.Read(record.Payload.Span);
            return Enum.IsDefined(head.Verdict) && head.Device.Length > 0;
        }
        catch (InvalidDataException)
        {
            return false; // not of a spool
        }
    }
}
