using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Iot.Wire;

/// <summary>InfluxDB line protocol, one reading a field. A line that cannot be read becomes one reading with a defect; its neighbours stay.</summary>
/// <remarks>
/// <code>measurement[,tag=value…] field=value[,field=value…] [nanoseconds since 1970]</code>
/// <para>
/// Lines end with <c>\n</c> or <c>\r\n</c>; empty ones and those that begin with <c>#</c> are passed over. Without a time, that of the receipt
/// counts. The tag <c>device</c> must name the topic's device and is left out of <see cref="Reading.Tags"/>; the other tags are kept as
/// they are escaped, sorted by key. There is no identity in line protocol.
/// </para>
/// <para>Never throws on foreign bytes and allocates nothing once its buffers have grown. One owner at a time. Speed: RESULTS.md.</para>
/// </remarks>
public sealed class LineProtocolDecoder
{
    private readonly LineHeadReader _heads = new();
    private readonly LineFields _fields = new();
    private int _wasted; // bytes behind their own end that faulty lines were read for, in search of a closing quote

    /// <summary>False with the reason when there are no lines in the payload at all; <paramref name="into"/> is then undefined.</summary>
    public bool TryDecode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch into, out DecodeFailure why)
    {
        into.Clear();
        into.Device = context.Device;
        why = WhyNoText(payload);
        if (why.Error != DecodeError.None) return false;

        _heads.Reset();
        _fields.Reset();
        _wasted = 0;
        for (var at = StartOfLine(payload, 0); at < payload.Length; at = StartOfLine(payload, at))
        {
            var start = at;
            if (!TryReadLine(Visible(payload, at), ref at, context, into, out var fault))
            {
                into.Add(Faulty(fault, context));
                var end = EndOfLine(payload, start); // not behind a text that began here: the next line may be a good one
                _wasted += Math.Max(0, at - end);
                at = end;
            }

            if (into.Count > context.MaxReadings) return Fail(DecodeError.TooManyReadings, start, out why);
        }

        if (into.Count == 0) return Fail(DecodeError.Empty, 0, out why);

        return _fields.HasStructure || Fail(DecodeError.Malformed, StartOfLine(payload, 0), out why);
    }

    private bool TryReadLine(ReadOnlySpan<byte> payload, ref int at, in DecodeContext context, ReadingBatch into, out LineFault fault)
    {
        var head = _heads.Read(payload, at, context.Device, into);
        fault = new(head.Defect, head.Measurement, default);
        if (head.Defect is not (ReadingDefect.None or ReadingDefect.ForeignDevice)) return false;

        at = LineText.EndOfSpaces(payload, head.End);
        var most = context.MaxReadings - into.Count;
        if (!_fields.TryRead(payload, ref at, most, into, out var defect))
        {
            fault = new(defect, head.Measurement, _fields.FaultyName);
            return false;
        }

        var timeNs = context.ReceivedAtNs;
        if (_fields.Fields.Length <= most && !TryReadTime(payload, ref at, ref timeNs))
        {
            fault = new(ReadingDefect.BadTime, head.Measurement, _fields.Fields[0].Name);
            return false;
        }

        foreach (ref readonly var field in _fields.Fields) into.Add(ToReading(field, head, timeNs));
        return true;
    }

    /// <summary>
    /// A text may hold line breaks, but once faulty lines have cost as much as reading the payload again, texts end with their line:
    /// else a payload of opening quotes would be read to its end for each of its lines.
    /// </summary>
    private ReadOnlySpan<byte> Visible(ReadOnlySpan<byte> payload, int at) =>
        _wasted <= payload.Length ? payload : payload[..EndOfLine(payload, at)];

    private static Reading ToReading(in LineField field, in LineHead head, long timeNs) => new()
    {
        Measurement = head.Measurement,
        Field = field.Name,
        Tags = head.Tags,
        Text = field.Text,
        TimeNs = timeNs,
        Number = field.Number,
        Sum = double.NaN,
        Kind = field.Kind,
        Defect = head.Defect != ReadingDefect.None ? head.Defect : field.Defect,
    };

    private static Reading Faulty(LineFault fault, in DecodeContext context) => new()
    {
        Measurement = fault.Measurement,
        Field = fault.Field,
        TimeNs = context.ReceivedAtNs,
        Sum = double.NaN,
        Defect = fault.Defect,
    };

    private static bool TryReadTime(ReadOnlySpan<byte> payload, ref int at, ref long timeNs)
    {
        at = LineText.EndOfSpaces(payload, at);
        if (LineText.IsEndOfLine(payload, at)) return true;

        if (!System.Buffers.Text.Utf8Parser.TryParse(payload[at..], out timeNs, out var length)) return false;

        at = LineText.EndOfSpaces(payload, at + length);
        return LineText.IsEndOfLine(payload, at);
    }

    /// <summary>Passes over line breaks, white space and comments.</summary>
    private static int StartOfLine(ReadOnlySpan<byte> payload, int at)
    {
        while (at < payload.Length)
        {
            if (payload[at] == '#') at = EndOfLine(payload, at);
            else if (payload[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
            else break;
        }

        return at;
    }

    private static int EndOfLine(ReadOnlySpan<byte> payload, int at)
    {
        var length = payload[at..].IndexOf((byte)'\n');
        return length < 0 ? payload.Length : at + length;
    }

    private static DecodeFailure WhyNoText(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return new(DecodeError.Empty, 0);
        if (payload.IndexOf((byte)0) is >= 0 and var zero) return new(DecodeError.Malformed, zero);
        if (Utf8.IsValid(payload)) return default;

        var at = 0;
        while (Rune.DecodeFromUtf8(payload[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return new(DecodeError.InvalidUtf8, at);
    }

    private static bool Fail(DecodeError error, int position, out DecodeFailure why)
    {
        why = new(error, position);
        return false;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct LineFault(ReadingDefect Defect, TextRange Measurement, TextRange Field);
}
