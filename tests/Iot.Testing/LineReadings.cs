using System.Globalization;
using Iot.Wire;

namespace Iot.Testing;

/// <summary>Readings as one line of text each, so that a whole batch can be compared at once.</summary>
public static class LineReadings
{
    public static string Show(ReadingBatch batch, in Reading reading)
    {
        var tags = reading.Tags.IsEmpty ? "" : "," + batch.Text(reading.Tags);
        var value = reading.Defect != ReadingDefect.None ? reading.Defect.ToString() : reading.Kind switch
        {
            ReadingKind.Boolean => reading.Number == 1 ? "true" : "false",
            ReadingKind.String => $"'{batch.Text(reading.Text)}'",
            _ => reading.Number.ToString("R", CultureInfo.InvariantCulture),
        };

        // A defect's tags are not looked at: the line may have been left before them.
        return $"{batch.Text(reading.Measurement)}{(reading.Defect == ReadingDefect.None ? tags : "")} {batch.Text(reading.Field)}={value} @{reading.TimeNs}";
    }
}
