using System.Text;

namespace Iot.EdgeAgent.Sensors;

/// <summary>What a reading is called, <c>measurement/field</c>, and its unit; UTF-8 made once.</summary>
internal sealed class ReadingName(string measurement, string field, string unit)
{
    public byte[] Measurement { get; } = Encoding.UTF8.GetBytes(Safe(measurement));

    public byte[] Field { get; } = Encoding.UTF8.GetBytes(Safe(field));

    /// <summary>See <see cref="Units"/>.</summary>
    public byte[] Unit { get; } = Encoding.UTF8.GetBytes(unit);

    /// <summary>Takes a whole SenML name apart at its first <c>/</c>; without one the measurement is the device type's.</summary>
    public static ReadingName Parse(string name, string unit)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new("", name, unit) : new(name[..slash], name[(slash + 1)..], unit);
    }

    public override string ToString() =>
        Measurement.Length == 0 ? Encoding.UTF8.GetString(Field) : $"{Encoding.UTF8.GetString(Measurement)}/{Encoding.UTF8.GetString(Field)}";

    /// <summary>What RFC 8428 section 4.5.1 does not allow in a name (and blanks in a sensor's label) becomes <c>_</c>.</summary>
    private static string Safe(string text)
    {
        var safe = string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '-' or '.' or '_' ? source[i] : '_';
        });
        return safe.Trim('_');
    }
}
