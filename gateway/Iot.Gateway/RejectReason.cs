namespace Iot.Gateway;

/// <summary>Why a message or a reading was refused. Also a metric tag and a byte in the journal: never reuse a number.</summary>
internal enum RejectReason : byte
{
    None = 0,

    // A whole message: Decoding/. Numbers are Iot.Wire.DecodeError's.
    Empty = 1,
    Truncated = 2,
    Malformed = 3,
    InvalidUtf8 = 4,
    TooDeep = 5,
    TooManyReadings = 6,
    UnsupportedVersion = 7,
    BadIdentity = 8,
    TooLarge = 9,
    BadCompression = 10,
    UnknownFormat = 11,

    // One reading: Decoding/. Numbers are Iot.Wire.ReadingDefect's, plus 32.
    NoValue = 33,
    SeveralValues = 34,
    BadName = 35,
    ForeignDevice = 36,
    BadTime = 37,
    BadValue = 38,
    MustUnderstand = 39,
    NotFinite = 40,
    DuplicateLabel = 41,
    BadTags = 42,

    // One reading: Validation/.
    UnknownMetric = 64,
    WrongUnit = 65,
    WrongKind = 66,
    BelowMinimum = 67,
    AboveMaximum = 68,
    FromTheFuture = 69,
    TooOld = 70,
    DataNotAllowed = 71,
    TooManySeries = 72,

    // One reading: refused for good by a sink.
    SinkRefused = 96,
    SinkTypeConflict = 97,
    SinkTooLarge = 98,

    /// <summary>Not refused: a reading beside those that a requeued record delivers. Stands in such records only.</summary>
    NotRequeued = 255,
}
