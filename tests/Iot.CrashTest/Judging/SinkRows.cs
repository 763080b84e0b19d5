using System.Globalization;
using Iot.CrashTest.Parts;
using Iot.CrashTest.Recording;
using Iot.Testing;

namespace Iot.CrashTest.Judging;

/// <summary>What the sinks really hold of a device.</summary>
internal static class SinkRows
{
    /// <summary>Every row as it was written, not the view that hides an older one of the same series and time.</summary>
    public static async Task<IReadOnlyList<Point>> EmbeddedAsync(GatewayProcess gateway, string device)
    {
        var query = $"SELECT s.field, r.time, r.number FROM reading_rows r JOIN series s ON s.id = r.series WHERE s.measurement = '{Point.Measurement}' AND s.device = '{device}'";
        var csv = await gateway.Http.GetStringAsync(new Uri($"api/v1/sql?format=csv&query={Uri.EscapeDataString(query)}", UriKind.Relative));
        return [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(line => line.Split(',')).Select(cells => new Point(
            cells[0], long.Parse(cells[1], CultureInfo.InvariantCulture), double.Parse(cells[2], CultureInfo.InvariantCulture)))];
    }

    public static async Task<IReadOnlyList<Point>> InfluxAsync(Influxd influxd, string device)
    {
        var table = await influxd.QueryAsync(GatewayUnderTest.Database, $"SELECT a, b FROM {Point.Measurement} WHERE device = '{device}'");
        if (table is null) return [];

        var points = new List<Point>();
        foreach (var row in table.Rows)
        {
            for (var column = 1; column < row.Length; column++)
                if (row[column].ValueKind == System.Text.Json.JsonValueKind.Number) points.Add(new(table.Columns[column], row[0].GetInt64(), row[column].GetDouble()));
        }

        return points;
    }
}
