using System.Buffers;
using Iot.Wire;

namespace Iot.Fuzz;

/// <summary>gzip and zstd: never more than the limit, never more memory than that, and no payload spoils the next one.</summary>
internal sealed class DecompressionTarget : FuzzTarget
{
    private const int MaxBytes = 64 << 10;

    private static readonly byte[] Plain = [.. "m v=1,w=2,x=3,y=4 "u8, .. new byte[200], .. "m v=1,w=2"u8];

    private static readonly PayloadUnpacker Kept = new(MaxBytes);
    private static readonly byte[] Good = Pack(Plain, PayloadCompression.Zstd);

    public override string Name => "decompression";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            foreach (var compression in (PayloadCompression[])[PayloadCompression.Gzip, PayloadCompression.Zstd])
            {
                yield return [FlaggedInput.Repair, .. Pack(Plain, compression)];
                yield return [0, .. Pack(Plain, compression)];
                yield return [FlaggedInput.Repair, .. Pack([], compression)];
                yield return [FlaggedInput.Repair, .. Pack(Words(3000), compression)];
                yield return [FlaggedInput.Repair, .. Pack(Noise(300), compression)];
                yield return [FlaggedInput.Repair, .. Pack(new byte[MaxBytes + 1], compression)];
            }
        }
    }

    public override void Run(byte[] input)
    {
        if (!FlaggedInput.TryTake(input, out var flags, out var payload)) return;

        if ((flags & FlaggedInput.Repair) != 0) GzipTrailer.Repair(ref payload, MaxBytes);
        using var fresh = new PayloadUnpacker(MaxBytes);
        var meter = AllocationMeter.Start();
        var unpacked = fresh.TryUnpack(payload, out var bytes, out var why);
        meter.AssertInProportion(payload.Length, perByte: 0);

        Promise.Same(unpacked, why.Error == DecodeError.None, "the answer and the reason");
        Promise.Holds(bytes.Length <= MaxBytes || !unpacked, $"{bytes.Length} bytes were unpacked, beyond the limit");
        Promise.Same(unpacked, Kept.TryUnpack(payload, out var again, out var whyAgain), "the answer of an unpacker that has been used");
        Promise.Holds(!unpacked || again.SequenceEqual(bytes), "an unpacker that has been used says something else");
        Promise.Holds(whyAgain == why || IsOneOfTwo(why) && IsOneOfTwo(whyAgain), "an unpacker that has been used refuses it for another reason");
        Promise.Holds(Kept.TryUnpack(Good, out var plain, out _) && plain.SequenceEqual(Plain), "it spoiled the next payload");

        if (!unpacked || PayloadCompressions.Of(payload) is not (var compression and not PayloadCompression.None)) return;

        Promise.Holds(fresh.TryUnpack(Pack(bytes, compression), out var repacked, out _), "what was unpacked and packed is not unpacked");
        Promise.Holds(fresh.TryUnpack(payload, out bytes, out _) && fresh.TryUnpack(payload, out repacked, out _) && repacked.SequenceEqual(bytes), "it unpacks to something else");
    }

    /// <summary>zstd says of damage that would write beyond its buffer that the buffer is too small; an unpacker's buffer grows.</summary>
    private static bool IsOneOfTwo(DecodeFailure why) => why.Error is DecodeError.BadCompression or DecodeError.TooLarge;

    private static byte[] Pack(ReadOnlySpan<byte> plain, PayloadCompression compression)
    {
        using var packer = new PayloadPacker(compression);
        var to = new ArrayBufferWriter<byte>();
        packer.Pack(plain, to);
        return to.WrittenSpan.ToArray();
    }

    private static byte[] Words(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)("pump line hall temperature "[(i * 7 + (i / 31)) % 27]))];

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
