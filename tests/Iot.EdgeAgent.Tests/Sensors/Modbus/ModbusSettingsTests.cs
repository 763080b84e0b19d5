using Iot.Configuration;
using Iot.EdgeAgent.Sensors.Modbus;
using Microsoft.Extensions.Configuration;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

public class ModbusSettingsTests
{
    [Fact]
    public void A_slave_and_its_registers_are_bound()
    {
        var meter = Load(("Registers:voltage:Table", "Input"), ("Registers:voltage:Kind", "F32"), ("Registers:voltage:Order", "cdab"), ("Unit", "7"), ("Parity", "Even"), ("Timeout", "00:00:00.2"));

        Assert.Equal((7, SerialParity.Even, TimeSpan.FromMilliseconds(200)), (meter.Unit, meter.Parity, meter.Timeout));
        var voltage = Assert.Single(meter.Registers).Value;
        Assert.Equal(("0", ModbusTable.Input, "F32", ModbusOrder.CDAB, 1.0), (voltage.Address, voltage.Table, voltage.Kind, voltage.Order, voltage.Scale));
    }

    [Theory]
    [InlineData("Url", "10.0.0.5", "Sensors:m:Modbus:Url = 10.0.0.5: must be tcp://HOST")]
    [InlineData("Url", "tcp://plc:99999", "Sensors:m:Modbus:Url = tcp://plc:99999")]
    [InlineData("Url", "rtu://ttyUSB0", "rtu:///dev/PORT")]
    [InlineData("Unit", "256", "Sensors:m:Modbus:Unit = 256: must be between 0 and 255.")]
    [InlineData("Time-out", "1", "did you mean Sensors:m:Modbus:Timeout?")]
    [InlineData("MaxRegisters", "126", "Sensors:m:Modbus:MaxRegisters = 126: must be between 1 and 125.")]
    [InlineData("Registers:voltage:Adress", "1", "did you mean Sensors:m:Modbus:Registers:voltage:Address?")]
    [InlineData("Registers:voltage:Address", "70000", "Sensors:m:Modbus:Registers:voltage:Address = 70000: must be between 0 and 65535")]
    [InlineData("Registers:voltage:Address", "-1", "Address = -1")]
    [InlineData("Registers:voltage:Kind", "float", "Kind = float: must be one of U16,")]
    [InlineData("Registers:voltage:Table", "Inputs", "Allowed: Coil, Discrete, Holding, Input.")]
    [InlineData("Registers:voltage:Order", "BACD", "Allowed: ABCD, CDAB, BADC, DCBA.")]
    [InlineData("Registers:voltage:Scale", "0", "Scale = 0: must be a number other than 0.")]
    [InlineData("Registers:voltage:Invalid", "0x80000", "Invalid = 0x80000: must be a raw number that a U16 can hold")]
    [InlineData("Registers:current:Unit", "A", "Sensors:m:Modbus:Registers:current:Address = (nothing): must be given.")]
    public void What_cannot_be_meant_is_refused(string key, string value, string message) =>
        Assert.Contains(message, Assert.Throws<SettingsException>(() => Load((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_may_not_begin_inside_another_nor_end_beyond_the_table()
    {
        Assert.Contains(
            "Registers:current begins at 1, inside voltage (0–1). Correct an Address or a Kind.",
            Refusal(("Registers:voltage:Kind", "F32"), ("Registers:current:Address", "1")), StringComparison.Ordinal);
        Assert.Contains("would end beyond 65535", Refusal(("Registers:voltage:Kind", "F32"), ("Registers:voltage:Address", "0xFFFF")), StringComparison.Ordinal);
        Load(("Registers:voltage:Kind", "U32"), ("Registers:alarm:Address", "1"), ("Registers:alarm:Kind", "Bit 3"), ("Registers:raw:Address", "0"), ("Registers:raw:Kind", "I32"));
    }

    [Fact]
    public void Two_registers_may_not_have_one_name() => Assert.Contains(
        "voltage and current have one name, u/v. Give each a Name of its own.",
        Refusal(("Registers:voltage:Name", "u/v"), ("Registers:current:Name", "u/v"), ("Registers:current:Address", "1")), StringComparison.Ordinal);

    [Fact]
    public void A_coil_has_no_kind() => Assert.Contains(
        "Kind = F32: a Coil is true or false; remove Kind", Refusal(("Registers:voltage:Table", "Coil"), ("Registers:voltage:Kind", "F32")), StringComparison.Ordinal);

    [Fact]
    public void A_slave_on_a_serial_line_has_an_address_from_1_to_247() => Assert.Contains(
        "Sensors:m:Modbus:Unit = 0: a slave on a serial line", Refusal(("Url", "rtu:///dev/ttyUSB0"), ("Unit", "0")), StringComparison.Ordinal);

    [Fact]
    public void Sensors_on_one_port_agree_on_its_settings()
    {
        var refused = Assert.Throws<SettingsException>(() => AgentSettings.Load(Configuration(
            ("m", "Url", "rtu:///dev/ttyUSB0"), ("m", "Registers:a:Address", "1"), ("n", "Url", "rtu:///dev/ttyUSB0"), ("n", "Registers:a:Address", "1"), ("n", "BaudRate", "19200"))));
        Assert.Contains("Sensors:n:Modbus: 19200 baud, Parity None, StopBits 1, Rs485 False on rtu:///dev/ttyUSB0, but Sensors:m:Modbus has 9600 baud", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kind_Modbus_needs_a_slave()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Sensors:m:Kind", "Modbus")]).Build();
        Assert.Contains("Sensors:m: Kind is Modbus, so Modbus:Url", Assert.Throws<SettingsException>(() => AgentSettings.Load(configuration)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp://plc", ModbusTransport.Tcp, "plc", 502), InlineData("tcp://[fe80::1]:1502", ModbusTransport.Tcp, "fe80::1", 1502)]
    [InlineData("rtu+tcp://10.0.0.9:4196", ModbusTransport.RtuOverTcp, "10.0.0.9", 4196), InlineData("rtu:///dev/serial/by-id/usb-FTDI", ModbusTransport.Rtu, "/dev/serial/by-id/usb-FTDI", 0)]
    public void Addresses(string url, object transport, string place, int port) => Assert.Equal(new((ModbusTransport)transport, place, port), ModbusAddress.TryParse(url));

    private static string Refusal(params (string Key, string Value)[] settings) => Assert.Throws<SettingsException>(() => Load(settings)).Message;

    /// <summary>A slave with one register, voltage at 0, and what a test adds or changes.</summary>
    private static ModbusOptions Load(params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] usual = [("Url", "tcp://127.0.0.1"), ("Registers:voltage:Address", "0")];
        return AgentSettings.Load(Configuration([.. usual.Concat(settings).Select(setting => ("m", setting.Key, setting.Value))])).Sensors["m"].Modbus!;
    }

    private static IConfigurationRoot Configuration(params (string Sensor, string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (sensor, key, value) in settings) (values[$"Sensors:{sensor}:Kind"], values[$"Sensors:{sensor}:Modbus:{key}"]) = ("Modbus", value);
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }
}
