using System.Runtime.InteropServices;
using System.Text;

namespace Iot.Wire;

/// <summary>What the readings of a batch have in common, so that it is written once, in the base fields of the first record.</summary>
/// <remarks>
/// The base name is the device and <c>:</c>, then measurement and <c>/</c> where all readings share it, then the field where
/// all share that too. It always starts with the device, so that no measurement or field can be taken for one.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SenMlLayout(bool SharesMeasurement, bool SharesField, TextRange BaseUnit, long BaseTimeNs)
{
    /// <exception cref="ArgumentException">A time before 2^28 s: a pack would say it relative to its receipt, and so falsely.</exception>
    public static SenMlLayout Of(ReadingBatch batch)
    {
        if (batch.Count == 0) return default;

        var first = batch.Readings[0];
        var (sameMeasurement, sameField, allHaveUnits) = (true, true, true);
        foreach (ref readonly var reading in batch.Readings)
        {
            if (reading.TimeNs < SenMlTime.EarliestAbsoluteNs)
                throw new ArgumentException($"SenML cannot carry the time {reading.TimeNs} ns; it starts at 2^28 s.", nameof(batch));

            allHaveUnits &= !reading.Unit.IsEmpty;
            sameMeasurement = sameMeasurement && AreSame(batch, reading.Measurement, first.Measurement);
            sameField = sameField && AreSame(batch, reading.Field, first.Field);
        }

        return new(sameMeasurement, sameMeasurement && sameField, allHaveUnits ? first.Unit : default, first.TimeNs);
    }

    /// <summary>A reading whose unit is the base unit does not say it.</summary>
    public bool SaysUnit(ReadingBatch batch, in Reading reading) => !reading.Unit.IsEmpty && !AreSame(batch, reading.Unit, BaseUnit);

    /// <summary>Room that the base name and the name of a record need at most.</summary>
    public static int MaxNameLength(in Reading reading) =>
        DeviceId.MaxLength + 1 + 2 * (reading.Measurement.Length + 1 + reading.Field.Length);

    public int BaseNameLength(ReadingBatch batch)
    {
        var device = batch.Device.Value.Length;
        if (device > 0) device++;
        if (!SharesMeasurement) return device;

        var first = batch.Readings[0];
        return device + (SharesField ? first.Field.Length : 0) + MeasurementLength(first);
    }

    public void WriteBaseName(ReadingBatch batch, Span<byte> destination)
    {
        var length = Encoding.UTF8.GetBytes(batch.Device.Value, destination);
        if (length > 0) destination[length++] = (byte)':';
        if (!SharesMeasurement) return;

        var first = batch.Readings[0];
        WriteMeasurement(batch, first, destination[length..]);
        if (SharesField) batch.Utf8(first.Field).CopyTo(destination[(length + MeasurementLength(first))..]);
    }

    /// <summary>Bytes that the base name leaves to say of a reading's name.</summary>
    public int NameLength(in Reading reading)
    {
        if (SharesField) return 0;

        return (SharesMeasurement ? 0 : MeasurementLength(reading)) + reading.Field.Length;
    }

    public void WriteName(ReadingBatch batch, in Reading reading, Span<byte> destination)
    {
        if (SharesField) return;
        if (!SharesMeasurement)
        {
            WriteMeasurement(batch, reading, destination);
            destination = destination[MeasurementLength(reading)..];
        }

        batch.Utf8(reading.Field).CopyTo(destination);
    }

    /// <summary>With the slash behind it; 0 without a measurement.</summary>
    private static int MeasurementLength(in Reading reading) => reading.Measurement.IsEmpty ? 0 : reading.Measurement.Length + 1;

    private static void WriteMeasurement(ReadingBatch batch, in Reading reading, Span<byte> destination)
    {
        if (reading.Measurement.IsEmpty) return;

        batch.Utf8(reading.Measurement).CopyTo(destination);
        destination[reading.Measurement.Length] = (byte)'/';
    }

    private static bool AreSame(ReadingBatch batch, TextRange a, TextRange b) => a == b || batch.Utf8(a).SequenceEqual(batch.Utf8(b));
}
