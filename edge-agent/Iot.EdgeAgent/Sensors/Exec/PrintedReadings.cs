using Iot.Wire;

namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>What a program prints: a SenML pack in JSON (it begins with <c>[</c>), or lines of line protocol.</summary>
/// <remarks>
/// SenML has no tags: the values of a line's tags stand before its field, <c>weather,place=roof wind=3</c> is <c>weather/roof.wind</c>.
/// Times that it prints are of this machine's clock, whatever that shows: they are kept as ages, as the rounds may have another clock. Not thread-safe.
/// </remarks>
internal sealed class PrintedReadings(TimeProvider clock)
{
    private const int MaxReadings = 10_000;
    private const long OldestNs = 3_600_000_000_000; // an hour: older is no reading of now, or its time is wrong

    private readonly ReadingBatch _printed = new();
    private readonly LineProtocolDecoder _lines = new();
    private readonly DeviceId _nobody = DeviceId.Parse("this-device");

    /// <summary>Hands over what can be read.</summary>
    /// <param name="output">Of one run, or one line.</param>
    /// <param name="age">How long before this round it was printed.</param>
    /// <returns>What is wrong with the rest; null when all was read.</returns>
    public string? Take(ReadOnlySpan<byte> output, TimeSpan age, SensorReadings readings)
    {
        var text = output.Trim(" \t\r\n"u8);
        if (text.IsEmpty) return null;

        _printed.Clear();
        var nowNs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var printedNs = nowNs - (long)age.TotalMilliseconds * 1_000_000;
        var context = new DecodeContext(_nobody, printedNs, MaxReadings);
        var decoded = text[0] == '['
            ? SenMlJsonDecoder.TryDecode(text, context, _printed, out var why)
            : _lines.TryDecode(text, context, _printed, out why);
        if (!decoded) return $"what it printed is neither SenML JSON nor line protocol ({why}): {Shown(text)}";

        string? wrong = null;
        foreach (ref readonly var reading in _printed.Readings)
        {
            if (reading.Defect != ReadingDefect.None || reading.Kind is ReadingKind.None or ReadingKind.Data) wrong ??= Wrong(reading);
            else Add(in reading, AgeOf(reading.TimeNs), readings);
        }

        return wrong;

        TimeSpan AgeOf(long timeNs)
        {
            if (timeNs <= nowNs && timeNs >= printedNs - OldestNs) return TimeSpan.FromTicks((nowNs - timeNs) / TimeSpan.NanosecondsPerTick);

            readings.Note(ReadingFaults.Time);
            return age;
        }
    }

    private void Add(in Reading reading, TimeSpan age, SensorReadings readings)
    {
        var (measurement, field) = (_printed.Text(reading.Measurement), _printed.Text(reading.Field));
        if (!reading.Tags.IsEmpty) field = string.Join('.', _printed.Text(reading.Tags).Split(',').Select(tag => tag[(tag.IndexOf('=', StringComparison.Ordinal) + 1)..]).Append(field));
        var name = new ReadingName(measurement, field, _printed.Text(reading.Unit));
        switch (reading.Kind)
        {
            case ReadingKind.Boolean: readings.Add(name, reading.Number == 1, age); break;
            case ReadingKind.String: readings.Add(name, _printed.Utf8(reading.Text), age); break;
            default: readings.Add(name, reading.Number, age); break;
        }
    }

    private string Wrong(in Reading reading) =>
        $"a reading that it printed is left out ({(reading.Defect == ReadingDefect.None ? reading.Kind : reading.Defect)}): {_printed.Text(reading.Measurement)}/{_printed.Text(reading.Field)}";

    private static string Shown(ReadOnlySpan<byte> text) => string.Concat(
        System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 80)]).Select(character => char.IsControl(character) ? ' ' : character));
}
