using Iot.EdgeAgent.Sensors.Modbus;
using static Iot.EdgeAgent.Tests.Sensors.Modbus.Slaves;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>Against a real server.</summary>
public class ModbusTcpTests
{
    [Fact]
    public async Task All_kinds_of_values_are_read_from_a_real_slave()
    {
        await using var server = await ModbusServer.OverTcpAsync();
        using var sensor = Sensor(Options(
            server.Url,
            ("voltage", At(0, "F32", ModbusTable.Input) with { Unit = "V" }),
            ("current", At(2, "F32", ModbusTable.Input) with { Unit = "A" }),
            ("energy", At(6, "U64", ModbusTable.Input) with { Scale = 0.001, Unit = "kWh" }),
            ("temperature", At(0, "U16") with { Scale = 0.1, Unit = "Cel" }),
            ("outside", At(1, "I16") with { Scale = 0.1, Offset = 1 }),
            ("none", At(2, "I16") with { Invalid = "-32768" }),
            ("count", At(10, "U32") with { Order = ModbusOrder.CDAB }),
            ("alarm", At(12, "Bit 1")), ("warning", At(12, "bit 2")),
            ("model", At(20, "String 3")),
            ("pump", At(9, table: ModbusTable.Coil)), ("valve", At(1, table: ModbusTable.Coil)),
            ("door", At(1, table: ModbusTable.Discrete))));

        Assert.Equal(
            "valve=false; pump=true; door=true; temperature=21.5 Cel; outside=-11.3; count=305419896; alarm=true; warning=false; model=PDM12; " +
            "voltage=230.5 V; current=5.25 A; energy=1234567890.123 kWh; ",
            Round(sensor));
    }

    [Fact]
    public async Task A_read_across_a_hole_is_refused_and_split_once_for_good()
    {
        await using var server = await ModbusServer.OverTcpAsync();
        var log = new LineLogger();
        using var sensor = Sensor(Options(server.Url, ("a", At(0)), ("b", At(1)), ("c", At(10)), ("d", At(20, "U32"))), log: log);

        Assert.Equal("a=215; b=65413; c=22136; d=1346653489; ", Round(sensor));
        Assert.Equal(2, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.Contains("illegal address (2)", line, StringComparison.Ordinal));
        Assert.Equal("a=215; b=65413; c=22136; d=1346653489; ", Round(sensor));
        Assert.Equal(2, log.Lines.Count);
    }

    [Fact]
    public async Task A_register_that_is_not_there_is_named_once_and_the_others_are_read()
    {
        await using var server = await ModbusServer.OverTcpAsync();
        var log = new LineLogger();
        using var sensor = Sensor(Options(server.Url, ("a", At(0)), ("typo", At(500))), log: log);

        Assert.Equal("a=215; ", Round(sensor));
        Assert.Equal("a=215; ", Round(sensor));
        Assert.Contains("has no register typo: Unit 1 refuses Holding 500: illegal address (2)", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_but_refusals_is_a_failure()
    {
        await using var server = await ModbusServer.OverTcpAsync();
        using var sensor = Sensor(Options(server.Url, ("typo", At(500))));

        Assert.Contains("there is no such register. Check Table and Address", Round(sensor), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_unit_behind_a_real_server_names_what_to_check_and_its_neighbour_answers()
    {
        await using var server = await ModbusServer.OverTcpAsync();
        var buses = new ModbusBuses(TimeProvider.System);
        using var silent = Sensor(Options(server.Url, ("a", At(0))) with { Unit = 9, Timeout = TimeSpan.FromMilliseconds(300) }, buses);
        using var well = Sensor(Options(server.Url, ("a", At(0))) with { Unit = 2 }, buses);

        Assert.Equal("a=42; ", Round(well)); // connects, however long that takes
        Assert.Equal("Unit 9 does not answer within 0.3 s. Check Unit, wiring and power, on a serial line BaudRate and Parity.", Round(silent));
        await server.PassedOverAsync(unit: 9);
        Assert.Equal("a=42; ", Round(well));
    }

    [Fact]
    public async Task A_server_that_is_killed_is_a_failure_and_the_next_one_is_found()
    {
        var server = await ModbusServer.OverTcpAsync();
        using var sensor = Sensor(Options(server.Url, ("a", At(0))));
        Assert.Equal("a=215; ", Round(sensor));

        await server.DisposeAsync();
        Assert.Contains("Check address, cable and power", Round(sensor), StringComparison.Ordinal);

        await using var next = await ModbusServer.OverTcpAsync(int.Parse(server.Url.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("a=215; ", Round(sensor));
    }
}
