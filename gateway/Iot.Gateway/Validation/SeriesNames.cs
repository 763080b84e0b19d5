using System.IO.Hashing;
using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>Names the series of a batch's readings by 64 bits each, and passes over those it has just named: a batch says the same few again and again.</summary>
/// <remarks>
/// A series is what the device chooses of it: measurement, field, tags. A value and its sum are one. The seed is secret, so nobody can choose
/// names that share their 64 bits.
/// </remarks>
/// <param name="measurement">For readings that name none.</param>
/// <param name="recent">As long as <see cref="RoomFor"/> says, zeroed.</param>
internal readonly ref struct SeriesNames(ReadingBatch batch, ReadOnlySpan<byte> measurement, ulong seed, Span<SeriesNames.Said> recent)
{
    private const int Most = 64;

    private readonly ReadOnlySpan<byte> _measurement = measurement;
    private readonly Span<Said> _recent = recent;

    /// <summary>False when a reading of this series came just before.</summary>
    public bool TryName(in Reading reading, out ulong name)
    {
        ref var slot = ref SlotOf(reading);
        name = 0;
        if (slot.IsOf(reading)) return false;

        slot = new(reading.Measurement, reading.Field, reading.Tags);
        var own = batch.Utf8(reading.Measurement);
        if (own.SequenceEqual(_measurement)) own = default; // the default one, said aloud
        name = XxHash3.HashToUInt64(batch.Utf8(reading.Field), (long)seed);
        if (!own.IsEmpty) name = XxHash3.HashToUInt64(own, (long)(name + 1));
        if (!reading.Tags.IsEmpty) name = XxHash3.HashToUInt64(batch.Utf8(reading.Tags), (long)(name + 2));
        return true;
    }

    /// <summary>The next reading of this series is to be named again.</summary>
    public void Forget(in Reading reading) => SlotOf(reading) = default;

    /// <summary>How many names to remember while a batch of so many readings is gone through: several times what most devices have, a power of two.</summary>
    public static int RoomFor(int readings) => readings == 1 ? 1 : Most;

    private ref Said SlotOf(in Reading reading) => ref _recent[(int)((uint)reading.Field.Start * 0x9E3779B1 >> 26) & (_recent.Length - 1)];

    /// <summary>Where the names of a series stand in the batch; readings of one name share the place.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Said(TextRange Measurement, TextRange Field, TextRange Tags)
    {
        /// <summary>Number by number: this is done for every reading, and generated equality costs twice as much.</summary>
        public bool IsOf(in Reading reading) =>
            Field.Start == reading.Field.Start && Field.Length == reading.Field.Length
            && Measurement.Start == reading.Measurement.Start && Measurement.Length == reading.Measurement.Length
            && Tags.Start == reading.Tags.Start && Tags.Length == reading.Tags.Length;
    }
}
