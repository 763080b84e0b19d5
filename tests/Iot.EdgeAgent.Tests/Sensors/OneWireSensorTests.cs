using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.OneWire;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Sensors;

public sealed class OneWireSensorTests : IDisposable
{
    private const string Devices = "sys/bus/w1/devices";

    private readonly KernelTree _tree = new();
    private readonly LineLogger _log = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Thermometers_are_named_by_the_address_burnt_into_them()
    {
        _tree.Write($"{Devices}/28-0316a2794a52/temperature", "21437\n");
        _tree.Write($"{Devices}/10-000802b53835/temperature", "-5500\n");
        _tree.Write($"{Devices}/w1_bus_master1/w1_master_slaves", "28-0316a2794a52\n");
        _tree.Write($"{Devices}/01-00000a1b2c3d/id", "a key, not a sensor");
        using var sensor = Sensor();

        Assert.Equal(["temperature/w1.10-000802b53835=-5.5 Cel", "temperature/w1.28-0316a2794a52=21.437 Cel"], KernelTree.Sample(sensor));
    }

    [Fact]
    public async Task Without_a_thread_one_is_reported_and_tried_again()
    {
        _tree.Write("sys/temperature", "21500\n");
        var tries = 0;
        using var slave = new OneWireSlave("28-a", [new(Path.Combine(_tree.Sys, "temperature"), new("temperature", "w1", Units.Celsius), 0.001)], thread =>
        {
            if (++tries == 1) GC.KeepAlive(new byte[int.MaxValue]); // more than an array may have: OutOfMemoryException, as Thread.Start throws

            thread.Start();
        });
        var readings = new SensorReadings();
        readings.Begin(DateTimeOffset.UnixEpoch.AddDays(20_000));

        await slave.Begin();
        Assert.Contains("there is no thread to read it", slave.Take(readings), StringComparison.Ordinal);
        Assert.Equal(0, readings.Batch.Count);
        await slave.Begin();
        Assert.Null(slave.Take(readings));
        Assert.Equal(["temperature/w1=21.5 Cel"], KernelTree.Lines(readings.Batch));
    }

    [Fact]
    public void Older_kernels_have_w1_slave_and_a_wrong_checksum_is_no_reading()
    {
        _tree.Write($"{Devices}/28-a/w1_slave", "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=-1250\n");
        _tree.Write($"{Devices}/28-b/w1_slave", "ff ff ff ff ff ff ff ff ff : crc=c9 NO\n50 05 4b 46 7f ff 0c 10 1c t=21000\n");
        using var sensor = Sensor();

        for (var i = 0; i < 2; i++) Assert.Equal(["temperature/w1.28-a=-1.25 Cel"], KernelTree.Sample(sensor));
        Assert.Contains("the checksum is wrong", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_value_after_power_came_is_left_out_once_unless_it_was_hot_before()
    {
        _tree.Write($"{Devices}/28-a/temperature", "20000\n");
        _tree.Write($"{Devices}/28-b/temperature", "84000\n");
        using var sensor = Sensor();
        KernelTree.Sample(sensor);

        _tree.Write($"{Devices}/28-a/temperature", "85000\n");
        _tree.Write($"{Devices}/28-b/temperature", "85000\n");
        Assert.Equal(["temperature/w1.28-b=85 Cel"], KernelTree.Sample(sensor));
        Assert.Contains("it lost power", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(["temperature/w1.28-a=85 Cel", "temperature/w1.28-b=85 Cel"], KernelTree.Sample(sensor)); // it is really so hot
    }

    [Fact]
    public void A_ds2438_gives_temperature_and_voltages()
    {
        _tree.Write($"{Devices}/26-1/temperature", "5504\n");
        _tree.Write($"{Devices}/26-1/vad", "231\n");
        _tree.Write($"{Devices}/26-1/vdd", "502\n");
        using var sensor = Sensor();

        Assert.Equal(["temperature/w1.26-1=21.5 Cel", "voltage/w1.26-1.vad=2.31 V", "voltage/w1.26-1.vdd=5.02 V"], KernelTree.Sample(sensor));
    }

    /// <summary>The dead one is a pipe that nobody writes to: its read hangs in the kernel.</summary>
    [Fact]
    public async Task A_dead_one_is_reported_and_the_others_go_on_and_it_is_back_when_it_answers()
    {
        _tree.Write($"{Devices}/28-a/temperature", "20000\n");
        Directory.CreateDirectory(Path.Combine(_tree.Sys, "bus", "w1", "devices", "28-dead"));
        var pipe = Path.Combine(_tree.Sys, "bus", "w1", "devices", "28-dead", "temperature");
        Assert.Equal(0, (await RealProcess.RunAsync("mkfifo", [pipe])).ExitCode);
        using var sensor = new OneWireSensor(_tree.Sys, TimeSpan.FromSeconds(5), _log); // the live one's thread may be late

        for (var i = 0; i < 3; i++) Assert.Equal(["temperature/w1.28-a=20 Cel"], KernelTree.Sample(sensor));
        Assert.Contains("28-dead cannot be read: no answer", Assert.Single(_log.Lines), StringComparison.Ordinal);

        await File.WriteAllTextAsync(pipe, "21000\n", TestContext.Current.CancellationToken); // lets it go
        File.Delete(pipe);
        await File.WriteAllTextAsync(pipe, "22000\n", TestContext.Current.CancellationToken);
        IReadOnlyList<string> lines;
        do lines = KernelTree.Sample(sensor);
        while (lines.Count == 1);
        Assert.Equal(["temperature/w1.28-a=20 Cel", "temperature/w1.28-dead=22 Cel"], lines);
    }

    [Fact]
    public void A_new_one_is_found_and_one_that_is_gone_is_reported()
    {
        _tree.Write($"{Devices}/28-a/temperature", "20000\n");
        using var sensor = Sensor();
        KernelTree.Sample(sensor);

        _tree.Write($"{Devices}/28-b/temperature", "21000\n");
        Directory.Delete(Path.Combine(_tree.Sys, "bus", "w1", "devices", "28-a"), recursive: true);
        Assert.Equal(["temperature/w1.28-b=21 Cel"], KernelTree.Sample(sensor, second: 60));
        Assert.Contains("28-a cannot be read: it is not on the bus any more.", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private OneWireSensor Sensor() => new(_tree.Sys, TimeSpan.FromSeconds(30), _log);
}
