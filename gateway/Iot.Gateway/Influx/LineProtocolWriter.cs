using System.Buffers.Text;
using System.Text;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Influx;

/// <summary>Writes the accepted readings of a message as line protocol. Holds scratch buffers: one owner at a time.</summary>
/// <remarks>
/// <code>
/// measurement,device=pump-7,line=3,site=hall\ 1 temperature=21.5,running=true,note="ok" 1765432100000000000
/// </code>
/// Kinds: float and its sum (<c>field_sum</c>) as numbers without suffix, boolean as <c>true</c>/<c>false</c>, text quoted, data as a
/// quoted base64url string without padding.
/// </remarks>
internal sealed class LineProtocolWriter
{
    private readonly PointGroups _points = new();
    private readonly TagSet _tags = new();

    public void Write(SpooledMessage message, LineBody body)
    {
        _points.Sort(message);
        if (_points.Count == 0) return;

        body.BeginMessage(message.Offset);
        var readings = message.Batch.Readings;
        var previous = -1;
        var (head, headLength) = (0, 0);
        for (var point = 0; point < _points.Count; point++)
        {
            var first = _points.First(point);
            body.BeginLine();
            var start = body.Length;
            if (previous >= 0 && readings[previous].Measurement == readings[first].Measurement && readings[previous].Tags == readings[first].Tags)
            {
                body.Repeat(head, headLength);
            }
            else
            {
                WriteHead(message, readings[first], body);
                headLength = body.Length - start;
            }

            (head, previous) = (start, first);
            WriteFields(message.Batch, first, body);
            WriteTime(readings[first].TimeNs, body);
        }
    }

    /// <summary>Measurement, tags and the space behind them.</summary>
    private void WriteHead(SpooledMessage message, in Reading reading, LineBody body)
    {
        var measurement = reading.Measurement.IsEmpty ? message.Measurement : message.Batch.Utf8(reading.Measurement);
        var device = message.Device.Value;
        var own = message.Batch.Utf8(reading.Tags);
        var to = body.Reserve((measurement.Length * LineEscaping.Growth) + device.Length + TagSet.MaxLength(message.Tags, own) + 16);

        var length = LineEscaping.Measurement(measurement, to);
        length += Put(",device="u8, to[length..]);
        length += Encoding.ASCII.GetBytes(device, to[length..]); // a device id holds nothing to escape
        length += _tags.Write(message.Tags, own, to[length..]);
        to[length++] = (byte)' ';
        body.Advance(length);
    }

    private void WriteFields(ReadingBatch batch, int first, LineBody body)
    {
        for (var i = first; i >= 0; i = _points.Next(i))
        {
            if (i != first) body.Write(","u8);
            body.BeginReading(i);
            WriteField(batch, batch.Readings[i], body);
        }
    }

    private static void WriteField(ReadingBatch batch, in Reading reading, LineBody body)
    {
        var name = batch.Utf8(reading.Field);
        var text = batch.Utf8(reading.Text);
        var to = body.Reserve((name.Length * LineEscaping.Growth * 2) + (text.Length * LineEscaping.Growth) + (NumberText.MaxLength * 2) + 16);
        var length = 0;

        if (reading.Kind != ReadingKind.None)
        {
            length = LineEscaping.Key(name, to);
            to[length++] = (byte)'=';
            length += WriteValue(reading, text, to[length..]);
        }

        if (reading.HasSum)
        {
            if (length > 0) to[length++] = (byte)',';
            length += LineEscaping.Key(name, to[length..]);
            length += Put("_sum="u8, to[length..]);
            length += NumberText.Write(reading.Sum, to[length..]);
        }

        body.Advance(length);
    }

    private static int WriteValue(in Reading reading, ReadOnlySpan<byte> text, Span<byte> to)
    {
        if (reading.Kind == ReadingKind.Float) return NumberText.Write(reading.Number, to);
        if (reading.Kind == ReadingKind.Boolean) return Put(reading.Number != 0 ? "true"u8 : "false"u8, to);

        to[0] = (byte)'"';
        var length = 1 + (reading.Kind == ReadingKind.Data
            ? Base64Url.EncodeToUtf8(text, to[1..])
            : LineEscaping.String(text, to[1..]));
        to[length] = (byte)'"';
        return length + 1;
    }

    private static void WriteTime(long timeNs, LineBody body)
    {
        var to = body.Reserve(NumberText.MaxLength);
        to[0] = (byte)' ';
        var length = 1 + NumberText.Write(timeNs, to[1..]);
        to[length] = (byte)'\n';
        body.Advance(length + 1);
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> to)
    {
        bytes.CopyTo(to);
        return bytes.Length;
    }
}
