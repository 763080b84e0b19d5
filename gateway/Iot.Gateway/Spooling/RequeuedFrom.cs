using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Iot.Gateway.Spooling;

/// <summary>Which dead letters a requeued record takes back: offset u64, whole message u8, name of the sink in ASCII.</summary>
/// <param name="Offset">Of the message that they are of.</param>
/// <param name="WholeMessage">The message could not be read then, and can now; else single readings of it: those that the record accepts.</param>
/// <param name="Sink">Who refused them, and alone gets them now; null when ingest did, and every sink gets them.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RequeuedFrom(ulong Offset, bool WholeMessage, string? Sink)
{
    private const int FixedSize = sizeof(ulong) + 1;

    public bool IsFor(string sink) => Sink?.Equals(sink, StringComparison.Ordinal) ?? true;

    public byte[] ToBytes()
    {
        var bytes = new byte[FixedSize + (Sink?.Length ?? 0)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Offset);
        bytes[sizeof(ulong)] = WholeMessage ? (byte)1 : (byte)0;
        Encoding.ASCII.GetBytes(Sink ?? "", bytes.AsSpan(FixedSize));
        return bytes;
    }

    /// <exception cref="InvalidDataException">Too short to be one.</exception>
    public static RequeuedFrom Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedSize) throw new InvalidDataException($"A requeued record's origin of {bytes.Length} bytes is not one of ours.");

        var sink = Encoding.ASCII.GetString(bytes[FixedSize..]);
        return new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), bytes[sizeof(ulong)] != 0, sink.Length == 0 ? null : sink);
    }
}
