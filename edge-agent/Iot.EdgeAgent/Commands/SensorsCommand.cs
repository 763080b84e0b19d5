using System.CommandLine;
using System.Globalization;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Exec;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent sensors list</c> and <c>sensors test NAME</c></summary>
internal static class SensorsCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public static Command Create(string[] settings)
    {
        var list = new Command("list", "What is sampled with this configuration, and what else there is on this machine.");
        list.SetAction(parsed => List(settings, parsed.InvocationConfiguration.Output));

        var name = new Argument<string>("name") { Description = "A sensor of 'sensors list', such as system or system.cpu." };
        var once = new Option<bool>("--once") { Description = "Prints its readings once and ends: 1 when it failed." };
        var count = new Option<int?>("--count") { Description = "Ends after so many." };
        var test = new Command("test", "Samples one sensor each second and prints its readings, until Ctrl-C.") { name, once, count };
        test.SetAction((parsed, cancellation) => TestAsync(
            settings, parsed.GetRequiredValue(name), parsed.GetValue(once) ? 1 : parsed.GetValue(count), parsed.InvocationConfiguration, cancellation));

        return new("sensors", "What can be sampled here.") { list, test };
    }

    private static int List(string[] settings, TextWriter output)
    {
        foreach (var group in Groups(settings))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Name}  every {group.Interval.TotalSeconds} s"));
            foreach (var sensor in group.Sensors)
            {
                using var looked = new SensorLook(sensor, shaping: null);
                output.WriteLine($"  {sensor.Name,-16} {Describe(looked)}");
            }
        }

        output.WriteLine();
        output.WriteLine("On this machine (each \"name\": { … } is an entry of \"Sensors\" in /etc/iot-edge-agent/*.json; the name is your choice):");
        foreach (var found in new Discovery().All())
        {
            output.WriteLine($"  {found.Kind,-12} {found.What}");
            if (found.Entry is { } entry) output.WriteLine($"  {"",-12} {entry}");
        }

        return ExitCode.Done;
    }

    private static async Task<int> TestAsync(string[] settings, string name, int? count, InvocationConfiguration output, CancellationToken cancellation)
    {
        var looks = Groups(settings).SelectMany(group => group.Sensors.Select(sensor => (group, sensor)))
            .Where(pair => Is(pair.group.Name, name) || Is(pair.sensor.Name, name))
            .Select(pair => new SensorLook(pair.sensor, pair.group.Shaping))
            .ToList();
        if (looks.Count == 0)
        {
            await output.Error.WriteLineAsync($"{name}: there is no such sensor here; see iot-edge-agent sensors list.");
            return ExitCode.WrongUsage;
        }

        foreach (var look in looks) look.Take();
        var failed = false;
        try
        {
            for (var printed = 0; count is null || printed < count; printed++)
            {
                await Task.Delay(LookInterval, TimeProvider.System, cancellation); // rates need two looks
                failed = await LookAsync(looks, output);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how one ends it
        }

        looks.ForEach(look => look.Dispose());
        return failed ? ExitCode.Failed : ExitCode.Done;
    }

    /// <returns>Whether one of them failed.</returns>
    private static async Task<bool> LookAsync(List<SensorLook> looks, InvocationConfiguration output)
    {
        var failed = false;
        foreach (var look in looks)
        {
            var readings = look.Take();
            Print(readings, output.Output);
            if (look.Failure is { } failure) await output.Error.WriteLineAsync($"{look.Name}: {failure}");
            failed |= look.Failure is not null;
        }

        return failed;
    }

    private static IReadOnlyList<SensorGroup> Groups(string[] settings)
    {
        var options = AgentSettings.Load(AgentSettings.Sources(settings));
        var catalog = new SensorCatalog(NullLogger<SensorCatalog>.Instance, TimeProvider.System, Fleet.DataPath(options.Data))
        {
            KeepsTotals = false,
            ProgramsOf = ForeignProgram.UserFor(InstalledService.DirectoryFor(options.Data)),
        };
        return options.Simulation.Devices > 0
            ? catalog.OfSimulatedDevice(1, options.Simulation.Interval, options.Sensors)
            : catalog.OfThisMachine(options.Sensors);
    }

    private static string Describe(SensorLook look)
    {
        var readings = look.Take();
        if (look.Failure is { } failure) return "fails: " + failure;

        var names = new List<string>();
        foreach (var reading in readings.Readings) names.Add(Name(readings, in reading));
        return names.Count == 0 ? "rates only, after the second look" : string.Join(' ', names.Distinct(StringComparer.Ordinal));
    }

    private static void Print(ReadingBatch batch, TextWriter output)
    {
        foreach (var reading in batch.Readings)
        {
            var value = reading.Kind switch
            {
                ReadingKind.String => batch.Text(reading.Text),
                ReadingKind.Boolean => reading.Number == 1 ? "true" : "false",
                _ => reading.Number.ToString(CultureInfo.InvariantCulture),
            };
            output.WriteLine($"{Name(batch, in reading),-36} {value,18} {batch.Text(reading.Unit)}".TrimEnd());
        }
    }

    private static string Name(ReadingBatch batch, in Reading reading) =>
        reading.Measurement.IsEmpty ? batch.Text(reading.Field) : $"{batch.Text(reading.Measurement)}/{batch.Text(reading.Field)}";

    private static bool Is(string name, string asked) => name.Equals(asked, StringComparison.OrdinalIgnoreCase);
}
