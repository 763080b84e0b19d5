using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Iot.Wire;

/// <summary>SenML in JSON (RFC 8428 section 5). Thread-safe; allocates only where the batch grows.</summary>
public static class SenMlJsonDecoder
{
    /// <summary>Pack and record are two levels; what is passed over under a label may have as many as in CBOR.</summary>
    private const int MaxDepth = 2 + CborSpanReader.MaxDepth;

    private const int EpochDigits = 16;

    /// <summary>Fills <paramref name="into"/>; false when the payload is no SenML, and no reading is then in it.</summary>
    /// <remarks>A record that alone is wrong becomes a reading with a <see cref="Reading.Defect"/>.</remarks>
    public static bool TryDecode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch into, out DecodeFailure why)
    {
        var pack = new SenMlPack(context, into);
        if (payload.Trim(" \t\r\n"u8).IsEmpty)
        {
            why = new(DecodeError.Empty, 0);
            return false;
        }

        if (!Utf8.IsValid(payload))
        {
            why = new(DecodeError.InvalidUtf8, FirstInvalidUtf8(payload));
            return false;
        }

        // Not the final block: so the reader answers false, not with an exception, when the payload ends too early.
        var reader = new Utf8JsonReader(payload, isFinalBlock: false, state: default);
        try
        {
            var error = ReadPack(ref reader, ref pack);
            why = new(error, error is DecodeError.None ? 0 : Position(reader, error, payload));
        }
        catch (JsonException)
        {
            // The only way this reader can say that it met something other than JSON.
            why = new(DecodeError.Malformed, (int)reader.BytesConsumed);
        }

        if (why.Error == DecodeError.None) return true;

        pack.Abandon();
        return false;
    }

    private static int Position(in Utf8JsonReader reader, DecodeError error, ReadOnlySpan<byte> payload) =>
        error == DecodeError.Truncated ? payload.Length : (int)reader.TokenStartIndex;

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> payload)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(payload[position..], out _, out var length) == OperationStatus.Done) position += length;
        return position;
    }

    private static DecodeError ReadPack(ref Utf8JsonReader reader, ref SenMlPack pack)
    {
        if (!reader.Read()) return DecodeError.Truncated;
        if (reader.TokenType != JsonTokenType.StartArray) return DecodeError.UnknownFormat;

        for (var records = 0; reader.Read(); records++)
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                if (records == 0) return DecodeError.Empty;

                // Throws when there is more than white space.
                return reader.Read() ? DecodeError.Malformed : DecodeError.None;
            }

            if (reader.TokenType != JsonTokenType.StartObject) return DecodeError.Malformed;
            if (ReadRecord(ref reader, ref pack) is var error and not DecodeError.None) return error;
        }

        return DecodeError.Truncated;
    }

    private static DecodeError ReadRecord(ref Utf8JsonReader reader, ref SenMlPack pack)
    {
        pack.BeginRecord();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject) return pack.EndRecord();

            var label = ReadLabel(reader);
            if (!reader.Read()) return DecodeError.Truncated;

            var error = pack.Takes(label) ? ReadValue(ref reader, ref pack, label) : Skip(ref reader);
            if (error != DecodeError.None) return error;
        }

        return DecodeError.Truncated;
    }

    private static SenMlLabel ReadLabel(in Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return SenMlLabels.FromText(reader.ValueSpan);

        // No label of ours is this long, however it is escaped, so a longer one needs only its last letter.
        Span<byte> text = stackalloc byte[64];
        var escaped = reader.ValueSpan;
        if (escaped.Length > text.Length) escaped = escaped.EndsWith("_"u8) ? "_"u8 : default;

        return JsonText.TryUnescape(escaped, text, out var length) ? SenMlLabels.FromText(text[..length]) : SenMlLabel.Unknown;
    }

    private static DecodeError Skip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return DecodeError.None;

        var depth = reader.CurrentDepth;
        do
        {
            if (!reader.Read()) return DecodeError.Truncated;
            if (reader.CurrentDepth >= MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                return DecodeError.TooDeep;
        }
        while (reader.CurrentDepth > depth);

        return DecodeError.None;
    }

    private static DecodeError ReadValue(ref Utf8JsonReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return ReadNumber(reader, ref pack, label);
            case JsonTokenType.String:
                return ReadString(reader, ref pack, label);
            case JsonTokenType.True or JsonTokenType.False when label == SenMlLabel.Boolean:
                pack.SetBoolean(reader.TokenType == JsonTokenType.True);
                return DecodeError.None;
        }

        return pack.Refuse(label) is var error and not DecodeError.None ? error : Skip(ref reader);
    }

    private static DecodeError ReadNumber(in Utf8JsonReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        switch (label)
        {
            case SenMlLabel.Value or SenMlLabel.Sum or SenMlLabel.BaseValue or SenMlLabel.BaseSum or SenMlLabel.Skew:
                pack.SetNumber(label, ToDouble(reader.ValueSpan));
                return DecodeError.None;
            case SenMlLabel.Time or SenMlLabel.BaseTime or SenMlLabel.UpdateTime
                when DecimalNumber.FromJson(reader.ValueSpan).TryToNs(out var ns):
                pack.SetTime(label, ns);
                return DecodeError.None;
            case SenMlLabel.BaseVersion or SenMlLabel.Seq or SenMlLabel.First or SenMlLabel.Given or SenMlLabel.Clock when reader.TryGetUInt64(out var unsigned):
                return pack.SetUnsigned(label, unsigned);
            default:
                return pack.Refuse(label);
        }
    }

    private static double ToDouble(ReadOnlySpan<byte> text)
    {
        if (DecimalNumber.FromJson(text).TryToDoubleFast(out var number)) return number;

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) ? number : double.NaN;
    }

    private static DecodeError ReadString(in Utf8JsonReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (!JsonText.TryUnescape(text, pack.Batch.ReserveText(text.Length), out var length)) return DecodeError.InvalidUtf8;

            text = pack.Batch.Utf8(pack.Batch.CommitText(length));
        }

        switch (label)
        {
            case SenMlLabel.Name or SenMlLabel.BaseName:
                pack.SetName(label, text);
                return DecodeError.None;
            case SenMlLabel.Unit or SenMlLabel.BaseUnit or SenMlLabel.String:
                pack.SetText(label, pack.Batch.AddText(text));
                return DecodeError.None;
            case SenMlLabel.Data when TryDecodeBase64(text, pack.Batch, out var data):
                pack.SetText(label, data);
                return DecodeError.None;
            case SenMlLabel.Epoch when text.Length == EpochDigits
                && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch):
                return pack.SetUnsigned(label, epoch);
            default:
                return pack.Refuse(label);
        }
    }

    private static bool TryDecodeBase64(ReadOnlySpan<byte> text, ReadingBatch batch, out TextRange data)
    {
        var destination = batch.ReserveText(Base64Url.GetMaxDecodedLength(text.Length));
        var decoded = Base64Url.DecodeFromUtf8(text, destination, out _, out var written) == OperationStatus.Done;
        data = decoded ? batch.CommitText(written) : default;
        return decoded;
    }
}
