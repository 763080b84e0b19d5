using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Influx;

/// <summary>Sorts the accepted readings of one message into points: same measurement, tags and time become one line.</summary>
/// <remarks>
/// Points come in the order of their first reading, readings of a point in their own order. A field that a point has already
/// opens a new point, so that the later value is written later. Arrays only, reused from message to message.
/// </remarks>
internal sealed class PointGroups
{
    /// <summary>Most fields in a line: keeps the search for an equal field, and a refused line, small.</summary>
    private const int MaxFields = 64;

    /// <summary>Most slots looked at for a point. Only names made to collide need more; such readings get lines of their own.</summary>
    private const int MaxProbes = 32;

    /// <summary>Chosen anew by each process, so that nobody can make times and names that collide.</summary>
    private static readonly ulong Multiplier = (ulong)Random.Shared.NextInt64() | 1;

    private int[] _next = [];
    private int[] _slots = [];
    private Point[] _points = [];

    public int Count { get; private set; }

    /// <summary>The first reading of a point.</summary>
    public int First(int point) => _points[point].First;

    /// <summary>The reading of the same point behind <paramref name="reading"/>; -1 behind the last.</summary>
    public int Next(int reading) => _next[reading];

    public void Sort(SpooledMessage message)
    {
        var readings = message.Batch.Readings;
        Prepare(readings.Length);

        var last = -1;
        for (var i = 0; i < readings.Length; i++)
        {
            if (message.Accepted != readings.Length && !message.IsAccepted(i)) continue;

            last = last >= 0 && IsSamePoint(message.Batch, readings[_points[last].First], readings[i])
                ? Join(message.Batch, last, i, slot: -1)
                : Place(message.Batch, i);
        }
    }

    private void Prepare(int readings)
    {
        Count = 0;
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(readings * 2, 16));
        if (_slots.Length < slots)
        {
            _slots = new int[slots];
            _next = new int[slots / 2];
            _points = new Point[slots / 2];
        }

        _slots.AsSpan().Clear();
    }

    private int Place(ReadingBatch batch, int reading)
    {
        ref readonly var candidate = ref batch.Readings[reading];
        var hash = (ulong)candidate.TimeNs ^ Hash(batch.Utf8(candidate.Measurement)) ^ (Hash(batch.Utf8(candidate.Tags)) << 1);
        var mask = _slots.Length - 1;
        var slot = (int)((hash * Multiplier) >> (64 - BitOperations.PopCount((uint)mask)));
        for (var probe = 0; probe < MaxProbes; probe++, slot = (slot + 1) & mask)
        {
            if (_slots[slot] == 0) return Open(batch, reading, slot);

            var point = _slots[slot] - 1;
            if (IsSamePoint(batch, batch.Readings[_points[point].First], candidate)) return Join(batch, point, reading, slot);
        }

        return Open(batch, reading, slot: -1);
    }

    private int Open(ReadingBatch batch, int reading, int slot)
    {
        _points[Count] = new() { First = reading, Last = reading, Fields = 1, Seen = Bit(batch, reading), Slot = slot, Alone = IsAlone(batch, reading) };
        _next[reading] = -1;
        Count++;
        if (slot >= 0) _slots[slot] = Count;
        return Count - 1;
    }

    /// <param name="slot">Where the point stands in the table; -1: where it says itself.</param>
    private int Join(ReadingBatch batch, int index, int reading, int slot)
    {
        ref var point = ref _points[index];
        var bit = Bit(batch, reading);
        if (point.Alone || point.Fields == MaxFields || IsAlone(batch, reading) || ((point.Seen & bit) != 0 && HasField(batch, point.First, reading)))
            return Open(batch, reading, slot < 0 ? point.Slot : slot);

        _next[point.Last] = reading;
        _next[reading] = -1;
        point.Last = reading;
        point.Fields++;
        point.Seen |= bit;
        return index;
    }

    private bool HasField(ReadingBatch batch, int first, int reading)
    {
        var field = batch.Utf8(batch.Readings[reading].Field);
        for (var i = first; i >= 0; i = _next[i])
            if (batch.Utf8(batch.Readings[i].Field).SequenceEqual(field)) return true;

        return false;
    }

    /// <summary>Text with a line feed gets a line of its own: servers that cut lines there lose no other field by it.</summary>
    private static bool IsAlone(ReadingBatch batch, int reading) =>
        batch.Readings[reading].Kind == ReadingKind.String && batch.Utf8(batch.Readings[reading].Text).Contains((byte)'\n');

    private static bool IsSamePoint(ReadingBatch batch, in Reading left, in Reading right) =>
        left.TimeNs == right.TimeNs && IsSame(batch, left.Measurement, right.Measurement) && IsSame(batch, left.Tags, right.Tags);

    private static bool IsSame(ReadingBatch batch, TextRange left, TextRange right) =>
        left == right || (left.Length == right.Length && batch.Utf8(left).SequenceEqual(batch.Utf8(right)));

    private static ulong Bit(ReadingBatch batch, int reading) =>
        1UL << (int)((Hash(batch.Utf8(batch.Readings[reading].Field)) * Multiplier) >> 58);

    /// <summary>Length, front and back: that is where names differ.</summary>
    private static ulong Hash(ReadOnlySpan<byte> text) => (ulong)text.Length ^ text.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(text) ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]), 29),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(text) ^ ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]) << 32),
        > 0 => text[0] | ((ulong)text[text.Length / 2] << 8) | ((ulong)text[^1] << 16),
        _ => 0,
    };

    [StructLayout(LayoutKind.Auto)]
    private struct Point
    {
        public int First;
        public int Last;
        public int Fields;
        public int Slot;

        /// <summary>One bit a field name: not set means that the name is not there.</summary>
        public ulong Seen;

        public bool Alone;
    }
}
