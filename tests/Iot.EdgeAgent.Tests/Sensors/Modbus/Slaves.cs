using System.Globalization;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Modbus;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>Sensors as a test needs them.</summary>
internal static class Slaves
{
    public static ModbusOptions Options(string url, params (string Name, ModbusRegisterOptions Register)[] registers) => new()
    {
        Url = url,
        Timeout = TimeSpan.FromSeconds(20), // a busy machine must not look like a silent slave
        Registers = registers.ToDictionary(register => register.Name, register => register.Register, StringComparer.Ordinal),
    };

    public static ModbusRegisterOptions At(int address, string? kind = null, ModbusTable table = ModbusTable.Holding) =>
        new() { Address = address.ToString(CultureInfo.InvariantCulture), Kind = kind, Table = table };

    public static ModbusSensor Sensor(ModbusOptions options, ModbusBuses? buses = null, LineLogger? log = null, string name = "m") =>
        new(name, options, buses ?? new(TimeProvider.System), log ?? new());

    /// <summary>One round: lines such as <c>voltage=230.5 V</c>, in the order they were read.</summary>
    public static string Round(ModbusSensor sensor)
    {
        var readings = new SensorReadings();
        readings.Begin(DateTimeOffset.UnixEpoch.AddYears(56));
        try
        {
            sensor.Sample(readings);
        }
        catch (IOException e)
        {
            return Text(readings) + e.Message;
        }

        return Text(readings);
    }

    public static string Text(SensorReadings readings)
    {
        var lines = new List<string>();
        foreach (var reading in readings.Batch.Readings)
        {
            var value = reading.Kind switch
            {
                Wire.ReadingKind.Boolean => reading.Number is 1 ? "true" : "false",
                Wire.ReadingKind.String => readings.Batch.Text(reading.Text),
                _ => reading.Number.ToString("R", CultureInfo.InvariantCulture),
            };
            lines.Add($"{readings.Batch.Text(reading.Field)}={value} {readings.Batch.Text(reading.Unit)}".TrimEnd() + "; ");
        }

        return string.Concat(lines);
    }
}
