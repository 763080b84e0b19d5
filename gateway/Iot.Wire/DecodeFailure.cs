using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>Why a whole payload could not be read. The numbers stand in the journal; never reuse one.</summary>
public enum DecodeError : byte
{
    None = 0,

    /// <summary>No bytes, or a pack without a single record.</summary>
    Empty = 1,

    /// <summary>It ends in the middle of something.</summary>
    Truncated = 2,

    /// <summary>Bytes that the format does not allow here.</summary>
    Malformed = 3,

    /// <summary>Text that is not UTF-8.</summary>
    InvalidUtf8 = 4,

    /// <summary>Nested deeper than 16 levels (inside a label we skip; SenML itself has two).</summary>
    TooDeep = 5,

    /// <summary>More readings than allowed in one batch.</summary>
    TooManyReadings = 6,

    /// <summary><c>bver</c> above 10, the version of RFC 8428.</summary>
    UnsupportedVersion = 7,

    /// <summary><c>epoch</c>, <c>seq</c> or <c>first</c> is not what the contract says, or one stands without the other.</summary>
    BadIdentity = 8,

    /// <summary>It is larger unpacked than allowed.</summary>
    TooLarge = 9,

    /// <summary>gzip or zstd that does not unpack.</summary>
    BadCompression = 10,

    /// <summary>The first byte starts none of the formats we take.</summary>
    UnknownFormat = 11,
}

/// <summary>What is wrong, and at which byte of the (unpacked) payload.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DecodeFailure(DecodeError Error, int Position)
{
    public override string ToString() => $"{Error} at byte {Position}";
}
