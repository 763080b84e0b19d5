using System.Globalization;
using Iot.EdgeAgent.Sensors;
using Iot.Testing;

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

        var lines = new List<string>();
        foreach (var reading in readings.Batch.Readings)
        {
            var (measurement, field, unit) = (readings.Batch.Text(reading.Measurement), readings.Batch.Text(reading.Field), readings.Batch.Text(reading.Unit));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{measurement}/{field}={reading.Number} {unit}"));
        }

        return lines;
    }
}
