namespace Iot.Wire;

/// <summary>What a reading's value is. The numbers stand in the journal; never reuse one.</summary>
public enum ReadingKind : byte
{
    /// <summary>No value, only a <see cref="Reading.Sum"/> (RFC 8428 section 4.2 allows that).</summary>
    None = 0,

    /// <summary>A 64-bit float: <c>v</c>.</summary>
    Float = 1,

    /// <summary>True or false: <c>vb</c>. Kept in <see cref="Reading.Number"/> as 1 or 0.</summary>
    Boolean = 2,

    /// <summary>UTF-8 text: <c>vs</c>. Kept in <see cref="Reading.Text"/>.</summary>
    String = 3,

    /// <summary>Bytes: <c>vd</c>. Kept raw in <see cref="Reading.Text"/>; base64url only on the wire in JSON.</summary>
    Data = 4,
}
