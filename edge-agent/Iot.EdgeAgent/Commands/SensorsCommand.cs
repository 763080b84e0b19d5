using System.CommandLine;
using System.Globalization;
using Iot.EdgeAgent.Sensors;
using Iot.Wire;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent sensors list</c> and <c>sensors test NAME</c></summary>
internal static class SensorsCommand
{
    public static int List(string[] settings, TextWriter output)
    {
        foreach (var group in Groups(settings))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Name}  every {group.Interval.TotalSeconds} s"));
            foreach (var sensor in group.Sensors) output.WriteLine($"  {sensor.Name,-16} {Describe(sensor)}");
        }

        return ExitCode.Done;
    }

    public static async Task<int> TestAsync(string[] settings, string name, InvocationConfiguration output, CancellationToken cancellation)
    {
        var sensors = Groups(settings).SelectMany(group => group.Sensors.Select(sensor => (group, sensor)))
            .Where(pair => Is(pair.group.Name, name) || Is(pair.sensor.Name, name))
            .Select(pair => pair.sensor)
            .ToList();
        if (sensors.Count == 0)
        {
            await output.Error.WriteLineAsync($"{name}: there is no such sensor here; see iot-edge-agent sensors list.");
            return ExitCode.WrongUsage;
        }

        foreach (var sensor in sensors) Try(sensor, out _);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation); // rates need two looks
        var failed = false;
        foreach (var sensor in sensors)
        {
            var readings = Try(sensor, out var failure);
            Print(readings.Batch, output.Output);
            if (failure is not null) await output.Error.WriteLineAsync($"{sensor.Name}: {failure}");
            failed |= failure is not null;
        }

        return failed ? ExitCode.Failed : ExitCode.Done;
    }

    private static IReadOnlyList<SensorGroup> Groups(string[] settings)
    {
        var options = AgentSettings.Load(AgentSettings.Sources(settings));
        var catalog = new SensorCatalog(Microsoft.Extensions.Logging.Abstractions.NullLogger<SensorCatalog>.Instance);
        return options.Simulation.Devices > 0
            ? catalog.OfSimulatedDevice(1, options.Simulation.Interval, options.Sensors)
            : catalog.OfThisMachine(options.Sensors);
    }

    private static string Describe(ISensor sensor)
    {
        var readings = Try(sensor, out var failure);
        if (failure is not null) return "fails: " + failure;

        var names = new List<string>();
        foreach (var reading in readings.Batch.Readings) names.Add(Name(readings.Batch, in reading));
        return names.Count == 0 ? "rates only, after the second look" : string.Join(' ', names);
    }

    private static SensorReadings Try(ISensor sensor, out string? failure)
    {
        var readings = new SensorReadings();
        readings.Begin(TimeProvider.System.GetUtcNow());
        failure = null;
        try
        {
            sensor.Sample(readings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e.Message;
        }

        return readings;
    }

    private static void Print(ReadingBatch batch, TextWriter output)
    {
        foreach (var reading in batch.Readings)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Name(batch, in reading),-36} {reading.Number,18} {batch.Text(reading.Unit)}"));
        }
    }

    private static string Name(ReadingBatch batch, in Reading reading) =>
        reading.Measurement.IsEmpty ? batch.Text(reading.Field) : $"{batch.Text(reading.Measurement)}/{batch.Text(reading.Field)}";

    private static bool Is(string name, string asked) => name.Equals(asked, StringComparison.OrdinalIgnoreCase);
}
