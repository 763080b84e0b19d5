using System.Globalization;
using Iot.EdgeAgent.Sensors;
using Iot.Testing;
using Iot.Wire;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>A /proc and /sys of a test's own, with texts as a real kernel writes them.</summary>
internal sealed class KernelTree : IDisposable
{
    private readonly TempDirectory _directory = new();

    public string Proc => _directory["proc"];

    public string Sys => _directory["sys"];

    public void Write(string path, string text)
    {
        var full = _directory[path];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public void Delete(string path) => File.Delete(_directory[path]);

    public void Dispose() => _directory.Dispose();

    /// <summary>One round at <paramref name="second"/> after an arbitrary start; lines such as <c>cpu/usage=0.25 /</c>.</summary>
    public static IReadOnlyList<string> Sample(ISensor sensor, double second = 0)
    {
        var readings = new SensorReadings();
        readings.Begin(DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(second));
        sensor.Sample(readings);

        return Lines(readings.Batch);
    }

    public static List<string> Lines(ReadingBatch batch)
    {
        var lines = new List<string>();
        foreach (var reading in batch.Readings)
        {
            var value = reading.Kind switch
            {
                ReadingKind.Float => reading.Number.ToString(CultureInfo.InvariantCulture),
                ReadingKind.Boolean => reading.Number == 1 ? "True" : "False",
                _ => batch.Text(reading.Text),
            };
            lines.Add($"{batch.Text(reading.Measurement)}/{batch.Text(reading.Field)}={value} {batch.Text(reading.Unit)}".TrimEnd());
        }

        return lines;
    }
}
