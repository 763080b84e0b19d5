using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>One good record found in a segment; the payload is valid until the next step.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ScannedFrame(ulong Offset, ReadOnlyMemory<byte> Payload);

/// <summary>Bytes jumped over because no good record starts in them.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SkippedBytes(long Position, long Length);

/// <summary>Goes through the records of one segment and finds its way again after damage. Single-threaded.</summary>
/// <remarks>
/// A record counts when mark, length and checksum are right and its offset lies between its predecessor's and the
/// segment's end. The mark is random per segment, so bytes that a device sent cannot pass for a record.
/// </remarks>
/// <param name="file">Closed with this.</param>
/// <param name="firstOffset">Of the segment.</param>
/// <param name="mark">0 when the header that tells it is unreadable: then every byte may start a record.</param>
internal sealed class FrameScanner(IDiskFile file, uint mark, ulong firstOffset) : IDisposable
{
    private readonly FileWindow _window = new(file);
    private readonly ulong _first = firstOffset;
    private ulong _lowest = firstOffset;

    /// <summary>Where the next record should start.</summary>
    public long Position { get; private set; } = SegmentHeader.Size;

    /// <param name="limit">Bytes from here on are not to be read.</param>
    /// <param name="end">Offsets from here on belong to another segment.</param>
    /// <param name="frame">The next good record.</param>
    /// <param name="skipped">Length 0 when it followed on directly; on false, what could not be read before the limit.</param>
    public bool TryNext(long limit, ulong end, out ScannedFrame frame, out SkippedBytes skipped)
    {
        (frame, skipped) = (default, default);
        var from = Position;
        if (from >= limit) return false; // at the end, or of a file that is shorter than a header
        if (TryTake(from, limit, end, out frame)) return true;

        for (var at = Find(from + 1, limit); at >= 0; at = Find(at + 1, limit))
        {
            if (!TryTake(at, limit, end, out frame)) continue;

            skipped = new(from, at - from);
            return true;
        }

        skipped = new(from, limit - from);
        Position = limit;
        return false;
    }

    public void Dispose() => _window.Dispose();

    private bool TryTake(long at, long limit, ulong end, out ScannedFrame frame)
    {
        frame = default;
        var bytes = _window.At(at, FrameHeader.Size, limit);
        if (bytes.Length < FrameHeader.Size) return false;

        var header = FrameHeader.Read(bytes.Span);
        if (mark != 0 && header.Mark != mark) return false;
        if (header.Offset < _lowest || header.Offset >= end) return false;
        if (mark == 0 && !HasRoomBefore(at, header.Offset)) return false;
        if (header.Length > JournalOptions.LargestRecordBytes) return false;

        var size = FrameHeader.Size + (int)header.Length;
        if (at + size > limit) return false;

        bytes = _window.At(at, size, limit);
        if (bytes.Length < size || FrameHeader.ChecksumOf(bytes.Span[..size]) != header.Checksum) return false;

        frame = new(header.Offset, bytes[FrameHeader.Size..size]);
        _lowest = header.Offset + 1;
        Position = at + size;
        return true;
    }

    /// <summary>Whether that many records fit before this byte; offsets in a segment are given one after the other.</summary>
    /// <remarks>Without it each byte of noise might start a record of up to 16 MiB, and 64 MiB would be checksummed for minutes.</remarks>
    private bool HasRoomBefore(long at, ulong offset) => offset - _first <= (ulong)(at - SegmentHeader.Size) / FrameHeader.Size;

    /// <summary>Where a record might start, or -1.</summary>
    private long Find(long at, long limit)
    {
        if (mark == 0) return at + FrameHeader.Size <= limit ? at : -1;

        Span<byte> sought = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(sought, mark);

        while (at + FrameHeader.Size <= limit)
        {
            var bytes = _window.At(at, FrameHeader.Size, limit).Span;
            if (bytes.Length < FrameHeader.Size) return -1;

            var found = bytes.IndexOf(sought);
            if (found >= 0) return at + found;
            at += bytes.Length - (sizeof(uint) - 1); // the mark may straddle two windows
        }

        return -1;
    }
}
