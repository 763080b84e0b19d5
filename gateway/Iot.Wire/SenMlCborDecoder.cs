namespace Iot.Wire;

/// <summary>SenML in CBOR (RFC 8428 section 6). Thread-safe; allocates only where the batch grows.</summary>
/// <remarks>Takes the text labels of JSON too, so that a JSON pack put through a plain CBOR library is understood.</remarks>
public static class SenMlCborDecoder
{
    /// <summary>Fills <paramref name="into"/>; false when the payload is no SenML, and no reading is then in it.</summary>
    /// <remarks>A record that alone is wrong becomes a reading with a <see cref="Reading.Defect"/>.</remarks>
    public static bool TryDecode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch into, out DecodeFailure why)
    {
        var pack = new SenMlPack(context, into);
        var reader = new CborSpanReader(payload);
        var decoded = TryReadPack(ref reader, ref pack);
        if (!decoded) pack.Abandon();

        why = reader.Failure;
        return decoded;
    }

    private static bool TryReadPack(ref CborSpanReader reader, ref SenMlPack pack)
    {
        if (reader.IsAtEnd) return reader.Fail(DecodeError.Empty, 0);
        if (!reader.TryReadHead(out var array)) return false;
        if (array.Major != CborMajor.Array) return reader.Fail(DecodeError.UnknownFormat, 0);

        var records = 0;
        for (var left = array.IsIndefinite ? ulong.MaxValue : array.Argument; left > 0; left--, records++)
        {
            if (array.IsIndefinite && reader.TryReadBreak()) break;
            if (!TryReadRecord(ref reader, ref pack)) return false;
        }

        if (!reader.IsAtEnd) return reader.Fail(DecodeError.Malformed, reader.Position);

        return records > 0 || reader.Fail(DecodeError.Empty, reader.Position);
    }

    private static bool TryReadRecord(ref CborSpanReader reader, ref SenMlPack pack)
    {
        var start = reader.Position;
        if (!reader.TryReadHead(out var map)) return false;
        if (map.Major != CborMajor.Map) return reader.Fail(DecodeError.Malformed, start);

        pack.BeginRecord();
        for (var left = map.IsIndefinite ? ulong.MaxValue : map.Argument; left > 0; left--)
        {
            if (map.IsIndefinite && reader.TryReadBreak()) break;
            if (!TryReadLabel(ref reader, pack.Batch, out var label)) return false;

            var read = pack.Takes(label) ? TryReadValue(ref reader, ref pack, label) : reader.TrySkip();
            if (!read) return false;
        }

        return pack.EndRecord() is var error and not DecodeError.None ? reader.Fail(error, start) : true;
    }

    /// <summary>A key that is neither text nor a number of the table is well-formed CBOR, and unknown.</summary>
    private static bool TryReadLabel(ref CborSpanReader reader, ReadingBatch scratch, out SenMlLabel label)
    {
        if (reader.TryReadSmallLabel(out label)) return true;

        label = SenMlLabel.Unknown;
        if (!reader.TryReadString(CborMajor.Text, scratch, out var text, out var isText)) return false;
        if (isText) label = SenMlLabels.FromText(text);

        return true;
    }

    private static bool TryReadValue(ref CborSpanReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        switch (label)
        {
            case SenMlLabel.Value or SenMlLabel.Sum or SenMlLabel.BaseValue or SenMlLabel.BaseSum or SenMlLabel.Skew:
                return TryReadNumber(ref reader, ref pack, label);
            case SenMlLabel.Time or SenMlLabel.BaseTime or SenMlLabel.UpdateTime:
                return TryReadTime(ref reader, ref pack, label);
            case SenMlLabel.Boolean:
                return TryReadBoolean(ref reader, ref pack);
            case SenMlLabel.BaseVersion or >= SenMlLabel.Epoch:
                return TryReadUnsigned(ref reader, ref pack, label);
            default:
                return TryReadString(ref reader, ref pack, label);
        }
    }

    private static bool TryReadNumber(ref CborSpanReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        if (!reader.TryReadNumber(out var number, out var understood)) return false;

        if (understood)
            pack.SetNumber(label, number);
        else
            pack.Refuse(label);
        return true;
    }

    private static bool TryReadTime(ref CborSpanReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        if (!reader.TryReadTime(out var ns, out var understood)) return false;

        if (understood)
            pack.SetTime(label, ns);
        else
            pack.Refuse(label);
        return true;
    }

    private static bool TryReadBoolean(ref CborSpanReader reader, ref SenMlPack pack)
    {
        if (!reader.TryReadBoolean(out var value, out var understood)) return false;

        if (understood)
            pack.SetBoolean(value);
        else
            pack.Refuse(SenMlLabel.Boolean);
        return true;
    }

    private static bool TryReadUnsigned(ref CborSpanReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        var start = reader.Position;
        if (!reader.TryReadUnsigned(out var value, out var understood)) return false;

        var error = understood ? pack.SetUnsigned(label, value) : pack.Refuse(label);
        return error == DecodeError.None || reader.Fail(error, start);
    }

    private static bool TryReadString(ref CborSpanReader reader, ref SenMlPack pack, SenMlLabel label)
    {
        var major = label == SenMlLabel.Data ? CborMajor.Bytes : CborMajor.Text;
        if (!reader.TryReadString(major, pack.Batch, out var bytes, out var understood)) return false;

        if (!understood)
            pack.Refuse(label);
        else if (label is SenMlLabel.Name or SenMlLabel.BaseName)
            pack.SetName(label, bytes);
        else
            pack.SetText(label, pack.Batch.AddText(bytes));
        return true;
    }
}
