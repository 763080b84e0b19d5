using System.Buffers.Binary;
using System.Text;
using Iot.Gateway.Mqtt;
using Iot.Wire;

namespace Iot.Gateway.Spooling;

/// <summary>What ingest decided about a message. A byte in the journal: never reuse a number.</summary>
internal enum Verdict : byte
{
    /// <summary>Decoded; each reading is accepted or in the list of rejections.</summary>
    Judged = 1,

    /// <summary>Not decodable: the one rejection gives the reason and, as its index, the byte position.</summary>
    Undecodable = 2,

    /// <summary>Seen before: no payload is kept, only the count of readings.</summary>
    Duplicate = 3,

    /// <summary>Dead letters judged again and accepted: the message once more, see <see cref="RequeuedFrom"/>.</summary>
    Requeued = 4,
}

/// <summary>One journal record: a message's verdict in front of its original bytes. Little-endian; SPOOL.md draws it.</summary>
/// <remarks>Tags and measurement are those of judging time, so that a replay writes the same series under a newer schema.</remarks>
internal ref struct SpoolRecord
{
    /// <summary>Bytes before the variable part.</summary>
    public const int FixedSize = 52;

    private const byte Plain = 1, WithGiven = 2; // the version: older programs know the first alone, and must not misread the other
    private const int RejectionSize = 5;
    private const int GivenSize = 8;

    public Verdict Verdict;
    public PayloadFormat Format;
    public long ReceivedAtNs;
    public BatchIdentity? Identity;

    /// <summary>Readings the message held, accepted or not; 1 for an undecodable one.</summary>
    public int Readings;

    /// <summary>ASCII.</summary>
    public ReadOnlySpan<byte> Device;

    /// <summary>Measurement for readings that name none.</summary>
    public ReadOnlySpan<byte> Measurement;

    /// <summary>Tags besides <c>device</c>, as line protocol writes them: <c>key=value,key=value</c>, sorted and escaped.</summary>
    public ReadOnlySpan<byte> Tags;

    /// <summary>Name and version of the schema that judged it, ASCII; empty when nothing was refused.</summary>
    public ReadOnlySpan<byte> Schema;

    /// <summary>A <see cref="RequeuedFrom"/> as bytes; empty but for <see cref="Verdict.Requeued"/>.</summary>
    public ReadOnlySpan<byte> From;

    public ReadOnlySpan<byte> Payload;

    private ReadOnlySpan<byte> _rejections;

    public readonly int Rejected => _rejections.Length / RejectionSize;

    /// <summary>Readings to deliver.</summary>
    public readonly int Accepted => Verdict is Verdict.Judged or Verdict.Requeued ? Readings - Rejected : 0;

    public readonly Rejection RejectionAt(int index)
    {
        var entry = _rejections[(index * RejectionSize)..];
        return new(BinaryPrimitives.ReadInt32LittleEndian(entry), (RejectReason)entry[4]);
    }

    /// <summary>Most that can stand before a payload when each of <paramref name="readings"/> is rejected.</summary>
    public static int MaxHeadLength(int readings) =>
        FixedSize + GivenSize + DeviceId.MaxLength + byte.MaxValue + ushort.MaxValue + (2 * byte.MaxValue) + (readings * RejectionSize);

    /// <summary>Length of everything before the payload.</summary>
    public readonly int HeadLength(int rejections) =>
        FixedSize + (Identity is { Given: > 0 } ? GivenSize : 0) + Device.Length + Measurement.Length + Tags.Length + From.Length + Schema.Length + (rejections * RejectionSize);

    /// <summary>Writes everything before the payload; <paramref name="rejections"/> in ascending order of index.</summary>
    /// <returns>Bytes written: <see cref="HeadLength"/>.</returns>
    public readonly int WriteHead(Span<byte> to, ReadOnlySpan<Rejection> rejections)
    {
        var given = Identity?.Given ?? 0;
        to[0] = given > 0 ? WithGiven : Plain;
        to[1] = (byte)Verdict;
        to[2] = (byte)Format;
        to[3] = Identity is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64LittleEndian(to[4..], ReceivedAtNs);
        BinaryPrimitives.WriteUInt64LittleEndian(to[12..], Identity?.Epoch ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(to[20..], Identity?.Seq ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(to[28..], Identity?.First ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(to[36..], Readings);
        BinaryPrimitives.WriteInt32LittleEndian(to[40..], rejections.Length);
        to[44] = (byte)Device.Length;
        to[45] = (byte)Measurement.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(to[46..], (ushort)Tags.Length);
        to[48] = (byte)From.Length;
        to[49] = (byte)Schema.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(to[50..], 0);

        to = to[FixedSize..];
        if (given > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, given);
            to = to[GivenSize..];
        }

        var rest = Put(Put(Put(Put(Put(to, Device), Measurement), Tags), From), Schema);
        foreach (var rejection in rejections)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, rejection.Index);
            rest[4] = (byte)rejection.Reason;
            rest = rest[RejectionSize..];
        }

        return HeadLength(rejections.Length);
    }

    /// <summary>Takes a record apart without copying. The journal has checked its checksum, so a failure is our own mistake.</summary>
    /// <exception cref="InvalidDataException">A record of another version or a length that does not fit.</exception>
    public static SpoolRecord Read(ReadOnlySpan<byte> record)
    {
        if (record.Length < FixedSize || record[0] is not (Plain or WithGiven) || record[3] is not (0 or 1))
            throw new InvalidDataException($"A spool record of {record.Length} bytes and version {(record.IsEmpty ? 0 : record[0])} is not one of ours.");

        var rejections = BinaryPrimitives.ReadInt32LittleEndian(record[40..]) * (long)RejectionSize;
        var rest = record[FixedSize..];
        var given = record[0] == WithGiven ? BinaryPrimitives.ReadUInt64LittleEndian(Take(ref rest, GivenSize)) : 0;
        if (record[0] == WithGiven && (given == 0 || record[3] == 0)) throw new InvalidDataException("A spool record of version 2 has no identity or no number of readings given up.");

        return new()
        {
            Verdict = (Verdict)record[1],
            Format = (PayloadFormat)record[2],
            ReceivedAtNs = BinaryPrimitives.ReadInt64LittleEndian(record[4..]),
            Identity = record[3] == 0 ? null : new(
                BinaryPrimitives.ReadUInt64LittleEndian(record[12..]),
                BinaryPrimitives.ReadUInt64LittleEndian(record[20..]),
                BinaryPrimitives.ReadUInt64LittleEndian(record[28..]),
                given),
            Readings = BinaryPrimitives.ReadInt32LittleEndian(record[36..]),
            Device = Take(ref rest, record[44]),
            Measurement = Take(ref rest, record[45]),
            Tags = Take(ref rest, BinaryPrimitives.ReadUInt16LittleEndian(record[46..])),
            From = Take(ref rest, record[48]),
            Schema = Take(ref rest, record[49]),
            _rejections = Take(ref rest, rejections),
            Payload = rest,
        };
    }

    /// <summary>False when it goes to another sink alone.</summary>
    public readonly bool IsFor(string sink) => Verdict != Verdict.Requeued || RequeuedFrom.Read(From).IsFor(sink);

    public readonly DeviceId DeviceId => DeviceId.Parse(Encoding.ASCII.GetString(Device));

    private static Span<byte> Put(Span<byte> to, ReadOnlySpan<byte> part)
    {
        part.CopyTo(to);
        return to[part.Length..];
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> from, long length)
    {
        if (length < 0 || length > from.Length)
            throw new InvalidDataException($"A spool record's part of {length} bytes does not fit the {from.Length} that are left.");

        var part = from[..(int)length];
        from = from[(int)length..];
        return part;
    }
}
