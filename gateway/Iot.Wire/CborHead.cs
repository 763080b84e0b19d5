using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>The eight kinds of CBOR items, the upper three bits of the first byte.</summary>
internal enum CborMajor
{
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

/// <summary>What every CBOR item starts with: a kind and a number, which is its value, length, or bits.</summary>
//
//   | major 3 bits | info 5 bits | argument in 0, 1, 2, 4 or 8 bytes, big-endian
//
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CborHead(byte Initial, ulong Argument)
{
    public const int InfoMask = 0x1f;
    public const int OneByte = 24;
    public const int TwoBytes = 25;
    public const int FourBytes = 26;
    public const int EightBytes = 27;
    public const int Indefinite = 31;

    public const byte False = 0xf4;
    public const byte True = 0xf5;
    public const byte Break = 0xff;

    public const ulong DecimalFractionTag = 4;

    public CborMajor Major => (CborMajor)(Initial >> 5);

    public int Info => Initial & InfoMask;

    public bool IsIndefinite => Info == Indefinite;
}
