using System.Runtime.CompilerServices;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Exec;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether each sensor gives readings: as the running agent finds, since two cannot ask one bus, or else by asking each once.</summary>
internal sealed class SensorsCheck(Installation installation)
{
    private const string Check = "sensors";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Of one sensor, read a moment ago: something real to send. Null when an agent runs, none gave any, or nobody would believe their time.</summary>
    public ReadingBatch? Readings { get; private set; }

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var well = new List<string>();
        var groups = installation.RunningDevice is null ? Groups() : [];
        foreach (var program in groups.SelectMany(group => group.Sensors).OfType<ForeignProgram>())
            yield return Finding.Warn(Check, $"{program.Name} was not asked: its program is not run as root", program.WhatToDo);

        await foreach (var (name, failure) in AskAsync(groups, cancellation))
        {
            if (failure is null) well.Add(name);
            else yield return Finding.Fail(Check, $"{name} gives nothing: {failure.TrimEnd('.')}", $"Check power, wiring and address, then: sudo iot-edge-agent sensors test {name}.");
        }

        yield return well.Count > 0
            ? Finding.Ok(Check, $"{Amounts.Count(well.Count, "gives", "give")} readings: {string.Join(", ", well)}")
            : Finding.Warn(Check, "none gives readings", "iot-edge-agent sensors list shows what can be sampled here; choose with iot-edge-agent setup.");
    }

    private async IAsyncEnumerable<(string Name, string? Failure)> AskAsync(IReadOnlyList<SensorGroup> groups, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (installation.RunningDevice is { } device)
        {
            foreach (var sensor in device.Sensors) yield return (sensor.Name, sensor.Failure);
            yield break;
        }

        foreach (var sensor in groups.SelectMany(group => group.Sensors).Where(sensor => sensor is not ForeignProgram)) yield return (sensor.Name, await SampleAsync(sensor, cancellation));
    }

    private IReadOnlyList<SensorGroup> Groups()
    {
        var data = InstalledService.DirectoryFor(installation.Options.Data);
        return new SensorCatalog(NullLogger<SensorCatalog>.Instance, installation.Clock, data) { KeepsTotals = false, ProgramsOf = ForeignProgram.UserFor(data) }
            .OfThisMachine(installation.Options.Sensors);
    }

    /// <summary>Null when it gave readings, or nothing to say: a rate needs two looks.</summary>
    private async Task<string?> SampleAsync(ISensor sensor, CancellationToken cancellation)
    {
        var readings = new SensorReadings();
        readings.Begin(installation.Clock.GetUtcNow());
        try
        {
            await Task.Run(() => Sample(sensor, readings), cancellation).WaitAsync(Longest, installation.Clock, cancellation);
            if (readings.Batch.Count > 0 && ClockCheck.IsPlausible(installation.Clock.GetUtcNow())) Readings = readings.Batch;
            return null;
        }
        catch (TimeoutException)
        {
            return $"no answer within {Amounts.Duration(Longest)}"; // it is left alone with its thread, which ends with the process
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
        {
            return e.Message; // as in sampling: whatever one sensor throws, the others are asked
        }
    }

    private static void Sample(ISensor sensor, SensorReadings readings)
    {
        using (sensor) sensor.Sample(readings);
    }
}
