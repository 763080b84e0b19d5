namespace Iot.EdgeAgent.Sensors;

/// <summary>How the processor's time was spent since the last round, all cores together: <c>/proc/stat</c>.</summary>
internal sealed class CpuSensor(string procPath) : ISensor
{
    private static readonly ReadingName Usage = new("cpu", "usage", Units.Ratio);
    private static readonly ReadingName User = new("cpu", "user", Units.Ratio);
    private static readonly ReadingName Kernel = new("cpu", "system", Units.Ratio);
    private static readonly ReadingName IoWait = new("cpu", "iowait", Units.Ratio);
    private static readonly ReadingName Steal = new("cpu", "steal", Units.Ratio);

    private readonly KernelFile _stat = new(Path.Combine(procPath, "stat"));
    private readonly double[] _last = new double[8];
    private readonly double[] _spent = new double[8];

    public string Name => "system.cpu";

    public void Sample(SensorReadings readings)
    {
        // cpu  user nice system idle iowait irq softirq steal: ticks since boot
        var words = new Words(_stat.Read());
        words.Skip(1);
        var (first, whole) = (_last[3] == 0, 0.0);
        for (var i = 0; i < _spent.Length; i++)
        {
            var ticks = words.NextNumber();
            _spent[i] = Math.Max(0, ticks - _last[i]); // iowait may go back a little
            _last[i] = ticks;
            whole += _spent[i];
        }

        if (first || whole <= 0) return;

        readings.AddRatio(Usage, whole - _spent[3] - _spent[4], whole);
        readings.AddRatio(User, _spent[0] + _spent[1], whole);
        readings.AddRatio(Kernel, _spent[2] + _spent[5] + _spent[6], whole);
        readings.AddRatio(IoWait, _spent[4], whole);
        readings.AddRatio(Steal, _spent[7], whole);
    }

    public void Dispose() => _stat.Dispose();
}
