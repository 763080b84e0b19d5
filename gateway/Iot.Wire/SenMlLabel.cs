namespace Iot.Wire;

/// <summary>What a key of a SenML record means; -6 to 8 are the CBOR labels of RFC 8428 table 4.</summary>
internal enum SenMlLabel
{
    BaseSum = -6,
    BaseValue = -5,
    BaseUnit = -4,
    BaseTime = -3,
    BaseName = -2,
    BaseVersion = -1,
    Name = 0,
    Unit = 1,
    Value = 2,
    String = 3,
    Boolean = 4,
    Sum = 5,
    Time = 6,
    UpdateTime = 7,
    Data = 8,

    /// <summary>Ours, text in CBOR too, like the five below.</summary>
    Epoch = 9,
    Seq = 10,
    First = 11,
    Clock = 12,
    Skew = 13,
    Given = 14,

    /// <summary>To be ignored, whatever stands under it.</summary>
    Unknown = 15,

    /// <summary>Unknown and ending in <c>_</c>: RFC 8428 forbids to ignore it.</summary>
    MustUnderstand = 16,
}

/// <summary>Labels as they stand in JSON, and in CBOR for those without a number.</summary>
internal static class SenMlLabels
{
    public static SenMlLabel FromText(ReadOnlySpan<byte> text)
    {
        var label = text.Length switch
        {
            1 => FromLetter(text[0]),
            2 => FromLetters(text[0], text[1]),
            3 when text.SequenceEqual("seq"u8) => SenMlLabel.Seq,
            4 when text.SequenceEqual("bver"u8) => SenMlLabel.BaseVersion,
            4 when text.SequenceEqual("skew"u8) => SenMlLabel.Skew,
            5 when text.SequenceEqual("epoch"u8) => SenMlLabel.Epoch,
            5 when text.SequenceEqual("clock"u8) => SenMlLabel.Clock,
            5 when text.SequenceEqual("first"u8) => SenMlLabel.First,
            5 when text.SequenceEqual("given"u8) => SenMlLabel.Given,
            _ => SenMlLabel.Unknown,
        };

        return label == SenMlLabel.Unknown && text.EndsWith("_"u8) ? SenMlLabel.MustUnderstand : label;
    }

    private static SenMlLabel FromLetter(byte letter) => letter switch
    {
        (byte)'n' => SenMlLabel.Name,
        (byte)'u' => SenMlLabel.Unit,
        (byte)'v' => SenMlLabel.Value,
        (byte)'s' => SenMlLabel.Sum,
        (byte)'t' => SenMlLabel.Time,
        _ => SenMlLabel.Unknown,
    };

    private static SenMlLabel FromLetters(byte first, byte second) => (first, second) switch
    {
        ((byte)'b', (byte)'n') => SenMlLabel.BaseName,
        ((byte)'b', (byte)'t') => SenMlLabel.BaseTime,
        ((byte)'b', (byte)'u') => SenMlLabel.BaseUnit,
        ((byte)'b', (byte)'v') => SenMlLabel.BaseValue,
        ((byte)'b', (byte)'s') => SenMlLabel.BaseSum,
        ((byte)'v', (byte)'s') => SenMlLabel.String,
        ((byte)'v', (byte)'b') => SenMlLabel.Boolean,
        ((byte)'v', (byte)'d') => SenMlLabel.Data,
        ((byte)'u', (byte)'t') => SenMlLabel.UpdateTime,
        _ => SenMlLabel.Unknown,
    };
}
