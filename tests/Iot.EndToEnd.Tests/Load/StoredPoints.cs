using System.Globalization;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Load;

/// <summary>What the stores really hold of a load device: every row, so that a point stored twice shows.</summary>
internal static class StoredPoints
{
    public static async Task<IReadOnlyList<KeyValuePair<long, double>>> InInfluxAsync(Influxd influxd, string database, LoadDevice device)
    {
        var table = await influxd.QueryAsync(database, $"SELECT v FROM load WHERE device = '{device.Id}'");
        return table is null ? [] : [.. table.Rows.Select(row => new KeyValuePair<long, double>(row[0].GetInt64(), row[1].GetDouble()))];
    }

    /// <summary>By device: what <c>iot-gateway sql</c> reads, through the running gateway.</summary>
    public static async Task<ILookup<string, KeyValuePair<long, double>>> EmbeddedAsync(GatewayProcess gateway)
    {
        var answer = await gateway.CommandAsync("sql", "--csv", "SELECT device, time_ns, value FROM readings WHERE measurement = 'load' ORDER BY time_ns");
        Assert.True(answer.ExitCode == 0, answer.Errors);
        return answer.Output.Split('\n').Skip(1).Select(line => line.Split(',')).ToLookup(
            cells => cells[0],
            cells => new KeyValuePair<long, double>(long.Parse(cells[1], CultureInfo.InvariantCulture), double.Parse(cells[2], CultureInfo.InvariantCulture)));
    }
}
