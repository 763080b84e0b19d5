namespace Iot.EdgeAgent.Sensors;

/// <summary>Main memory and swap: <c>/proc/meminfo</c>.</summary>
internal sealed class MemorySensor(string procPath) : ISensor
{
    private static readonly ReadingName Available = new("memory", "available", Units.Bytes);
    private static readonly ReadingName Usage = new("memory", "usage", Units.Ratio);
    private static readonly ReadingName Swap = new("memory", "swap_used", Units.Bytes);

    private readonly KernelFile _meminfo = new(Path.Combine(procPath, "meminfo"));

    public string Name => "system.memory";

    public void Sample(SensorReadings readings)
    {
        var (total, available, swapTotal, swapFree) = (double.NaN, double.NaN, double.NaN, double.NaN);
        var words = new Words(_meminfo.Read());
        for (var label = words.Next(); label.Length > 0; label = words.Next())
        {
            if (label.SequenceEqual("MemTotal"u8)) total = words.NextNumber() * 1024;
            else if (label.SequenceEqual("MemAvailable"u8)) available = words.NextNumber() * 1024;
            else if (label.SequenceEqual("SwapTotal"u8)) swapTotal = words.NextNumber() * 1024;
            else if (label.SequenceEqual("SwapFree"u8)) swapFree = words.NextNumber() * 1024;
        }

        readings.Add(Available, available);
        readings.AddRatio(Usage, total - available, total);
        if (swapTotal > 0) readings.Add(Swap, swapTotal - swapFree);
    }

    public void Dispose() => _meminfo.Dispose();
}
