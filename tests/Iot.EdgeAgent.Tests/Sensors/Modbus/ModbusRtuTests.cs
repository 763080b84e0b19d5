using Iot.EdgeAgent.Sensors.Modbus;
using static Iot.EdgeAgent.Tests.Sensors.Modbus.Slaves;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>Against real slaves on a pair of pseudo terminals.</summary>
public class ModbusRtuTests
{
    [Fact]
    public async Task Two_slaves_on_one_line_are_read_and_a_silent_third_is_named()
    {
        await using var line = await SerialLine.OpenAsync();
        await using var server = await ModbusServer.OverSerialAsync(line.There);
        var buses = new ModbusBuses(TimeProvider.System);
        using var one = Sensor(Serial(line, unit: 1, ("voltage", At(0, "F32", ModbusTable.Input)), ("pump", At(0, table: ModbusTable.Coil)), ("model", At(20, "String 3"))), buses);
        using var two = Sensor(Serial(line, unit: 2, ("a", At(3))), buses);
        using var three = Sensor(Serial(line, unit: 3, ("a", At(3))) with { Timeout = TimeSpan.FromMilliseconds(300) }, buses);

        Assert.Equal("pump=true; model=PDM12; voltage=230.5; ", Round(one));
        Assert.Equal("a=42; ", Round(two));
        Assert.StartsWith("Unit 3 does not answer within 0.3 s.", Round(three), StringComparison.Ordinal);
        await server.PassedOverAsync(unit: 3);
        Assert.Equal("a=42; ", Round(two));
    }

    [Fact]
    public async Task An_unplugged_adapter_is_a_failure_and_is_found_again()
    {
        await using var line = await SerialLine.OpenAsync();
        var server = await ModbusServer.OverSerialAsync(line.There);
        using var sensor = Sensor(Serial(line, unit: 2, ("a", At(3))));
        Assert.Equal("a=42; ", Round(sensor));

        await server.DisposeAsync();
        await line.UnplugAsync();
        Assert.Contains("cannot be opened: No such file or directory. Is it plugged in", Round(sensor), StringComparison.Ordinal);

        await line.PlugInAsync();
        await using var again = await ModbusServer.OverSerialAsync(line.There);
        Assert.Equal("a=42; ", Round(sensor));
    }

    [Fact]
    public async Task A_port_is_this_programs_alone()
    {
        await using var line = await SerialLine.OpenAsync();
        await using var server = await ModbusServer.OverSerialAsync(line.There);
        using var sensor = Sensor(Serial(line, unit: 2, ("a", At(3))));
        Round(sensor);

        if (Environment.IsPrivilegedProcess) return; // root may open it all the same
        using var second = Sensor(Serial(line, unit: 2, ("a", At(3))));
        Assert.Contains("Device or resource busy", Round(second), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_no_serial_port()
    {
        using var sensor = Sensor(Options("rtu:///dev/null", ("a", At(3))));
        Assert.Contains("'/dev/null' cannot be set to 9600 baud, parity None, 1 stop bit(s): Inappropriate ioctl for device.", Round(sensor), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9600, 4.01), InlineData(19_200, 2.005), InlineData(115_200, 1.75), InlineData(1200, 32.08)]
    public void Frames_are_parted_by_three_and_a_half_characters(int baudRate, double milliseconds) =>
        Assert.Equal(milliseconds, SerialPort.Gap(baudRate).TotalMilliseconds, tolerance: 0.01);

    private static ModbusOptions Serial(SerialLine line, int unit, params (string, ModbusRegisterOptions)[] registers) =>
        Options($"rtu://{line.Here}", registers) with { Unit = unit, BaudRate = 19200 };
}
