namespace Iot.Wire;

/// <summary>What is wrong with one reading whose neighbours can still be read. The numbers stand in the journal; never reuse one.</summary>
public enum ReadingDefect : byte
{
    None = 0,

    /// <summary>Neither a value nor a sum.</summary>
    NoValue = 1,

    /// <summary>More than one of <c>v vs vb vd</c>.</summary>
    SeveralValues = 2,

    /// <summary>No name after the base name was put before it, or a character that RFC 8428 section 4.5.1 forbids.</summary>
    BadName = 3,

    /// <summary>The name starts with the <c>urn:dev:…</c> or id of another device.</summary>
    ForeignDevice = 4,

    /// <summary>The time does not fit 64-bit nanoseconds since 1970, or is not a number.</summary>
    BadTime = 5,

    /// <summary>A value of the wrong type under a known label, such as <c>"v":"12"</c>.</summary>
    BadValue = 6,

    /// <summary>A label ending in <c>_</c> that we do not know: RFC 8428 section 4.4 forbids to go on.</summary>
    MustUnderstand = 7,

    /// <summary>NaN or infinite, which RFC 8428 section 6 forbids.</summary>
    NotFinite = 8,

    /// <summary>A label stands twice in one record, so its meaning is not defined.</summary>
    DuplicateLabel = 9,

    /// <summary>Line protocol: a tag set that is malformed, or a <c>device</c> tag of another device.</summary>
    BadTags = 10,
}
