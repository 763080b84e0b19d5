using System.Buffers.Binary;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Fuzz;

/// <summary>One or two files in the journal's directory: what opens is read to its end, takes another record, and is the same after a restart.</summary>
internal sealed class JournalTarget : FuzzTarget
{
    /// <summary>Two segments; the first two bytes give the length of the older one.</summary>
    private const byte Two = 2;

    /// <summary>Named as if damage had been found in it before.</summary>
    private const byte Suspect = 4;

    /// <summary>Named by offset 0 instead of the one in its header.</summary>
    private const byte NamedZero = 8;

    private const int FirstOffsetAt = 24;
    private const int MostAllocatedPerByte = 256;

    /// <summary>Buffers of two openings and four readers.</summary>
    private const int AllocatedOnce = 4 << 20;

    private static readonly byte[] Appended = [1, 2, 3];

    public override string Name => "journal";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            var (older, newer) = (Segment(firstOffset: 0, 5, 3), Segment(firstOffset: 3, 7, 300, 0));
            yield return [FlaggedInput.Repair, .. older];
            yield return [FlaggedInput.Repair | Two, (byte)older.Length, 0, .. older, .. newer];
            yield return [FlaggedInput.Repair | Suspect, .. newer];
            yield return [FlaggedInput.Repair | NamedZero, .. newer];
            yield return [Two, (byte)older.Length, 0, .. older, .. newer];
            yield return [NamedZero, .. new byte[SegmentHeader.Size], .. older[SegmentHeader.Size..]];
            yield return [0, .. older, .. "torn"u8];
        }
    }

    public override void Run(byte[] input)
    {
        if (!FlaggedInput.TryTake(input, out var flags, out var bytes)) return;

        var disk = new LossyDisk(seed: 1);
        foreach (var segment in Segments(flags, bytes)) Put(disk, flags, segment);

        var meter = AllocationMeter.Start();
        try
        {
            Inspect(disk, bytes.Length);
            if (ReadAndAppend(disk, bytes.Length) is not { } before) return;

            using var after = JournalOnDisk.Open(disk);
            var again = after.ReadAll();
            Promise.Holds(again.SequenceEqual(before), $"after a restart {again.Count} records are there instead of {before.Count}, or others");
            var inspected = Inspect(disk, bytes.Length + FrameHeader.Size + Appended.Length);
            Promise.Holds(inspected.SequenceEqual(before), $"the journal holds {string.Join(' ', before)}, an inspection finds {string.Join(' ', inspected)}; {string.Join(' ', disk.Files)}");
        }
        catch (Exception e) when (e is JournalUnusableException or NotAJournalException)
        {
            return; // documented: of a version that we do not know
        }

        meter.AssertInProportion(bytes.Length, MostAllocatedPerByte, AllocatedOnce);
    }

    /// <returns>Null for offsets that no journal lives to give.</returns>
    private static List<(ulong Offset, string Bytes)>? ReadAndAppend(LossyDisk disk, int length)
    {
        using var opened = JournalOnDisk.Open(disk);
        var records = opened.ReadAll().ToList();
        Promise.Holds(records.Sum(record => FrameHeader.Size + (record.Bytes.Length / 2)) <= length, "more was read than is there");
        Promise.Holds(opened.ReadAll().SequenceEqual(records), "a second reader reads something else");
        if (opened.Journal.NextOffset > long.MaxValue) return null;

        var next = opened.Journal.NextOffset;
        Promise.Same(next, opened.Append(Appended), "the offset of a new record");
        records.Add((next, Convert.ToHexString(Appended)));
        return records;
    }

    /// <summary>As a person would, beside the running program: whatever is there, it is told and nothing is touched.</summary>
    private static List<(ulong Offset, string Bytes)> Inspect(LossyDisk disk, int length)
    {
        var files = disk.Files;
        var inspector = JournalInspector.Open(JournalOnDisk.Home, TimeProvider.System, disk);
        foreach (var segment in inspector.Segments())
            Promise.Holds(segment.Records <= length / FrameHeader.Size && segment.TornBytes <= segment.Bytes, "more is told than is there");

        var records = inspector.Records(0).Select(record => (record.Offset, Convert.ToHexString(record.Payload.Span))).ToList();
        Promise.Holds(disk.Files.SequenceEqual(files), "an inspection touched a file");
        return records;
    }

    private static IEnumerable<byte[]> Segments(byte flags, byte[] bytes)
    {
        if ((flags & Two) == 0 || bytes.Length < sizeof(ushort)) return [bytes];

        var cut = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(bytes), bytes.Length - sizeof(ushort));
        return [bytes[sizeof(ushort)..(sizeof(ushort) + cut)], bytes[(sizeof(ushort) + cut)..]];
    }

    private static void Put(LossyDisk disk, byte flags, byte[] segment)
    {
        if ((flags & FlaggedInput.Repair) != 0) SegmentChecksums.Repair(segment);
        var first = (flags & NamedZero) != 0 || segment.Length < SegmentHeader.Size ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(segment.AsSpan(FirstOffsetAt));
        disk.WriteAllBytes(
            Iot.Journal.Segment.PathOf(JournalOnDisk.Home, first, (flags & Suspect) != 0 ? Iot.Journal.Segment.SuspectExtension : Iot.Journal.Segment.Extension), segment);
    }

    private static byte[] Segment(ulong firstOffset, params int[] payloads)
    {
        var bytes = new byte[SegmentHeader.Size + payloads.Sum(length => FrameHeader.Size + length)];
        new SegmentHeader(Mark: 0x5ca1ab1e, Identity: 77, firstOffset, DateTimeOffset.UnixEpoch).Write(bytes);
        var at = SegmentHeader.Size;
        foreach (var length in payloads)
        {
            bytes.AsSpan(at + FrameHeader.Size, length).Fill((byte)'r');
            FrameHeader.Begin(bytes.AsSpan(at), length, firstOffset++);
            at += FrameHeader.Seal(bytes.AsSpan(at), 0x5ca1ab1e);
        }

        return bytes;
    }
}
