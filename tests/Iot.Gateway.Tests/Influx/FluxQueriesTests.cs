using System.Text;
using System.Text.Json;
using Iot.Gateway.Delivery;
using Iot.Gateway.Influx;
using Iot.Wire;

namespace Iot.Gateway.Tests.Influx;

/// <summary>Queries by Flux over real HTTP, against answers written down from InfluxDB 2's specification; there is no such server here.</summary>
public class FluxQueriesTests
{
    private const string Series = """
        #datatype,string,long,dateTime:RFC3339,double,string,string,string,string
        #group,false,false,false,false,true,true,true,true
        #default,_result,,,,,,,
        ,result,table,_time,_value,_field,_measurement,device,site
        ,,0,2026-09-21T14:13:20.000000001Z,21.5,temp,telemetry,pump-7,"hall 1, north"
        ,,1,2026-09-21T14:13:19Z,3,temp,telemetry,fan-1,

        #datatype,string,long,dateTime:RFC3339,boolean,string,string,string
        #group,false,false,false,false,true,true,true
        #default,_result,,,,,,
        ,result,table,_time,_value,_field,_measurement,device
        ,,2,2026-09-21T14:13:18Z,true,on,telemetry,pump-7
        ,,3,2026-09-21T14:13:18Z,true,on,telemetry,not one of ours


        """;

    private const string Temperatures = """
        #datatype,string,long,dateTime:RFC3339,double,string,string,string,string
        #group,false,false,false,false,true,true,true,true
        #default,field1,,,,,,,
        ,result,table,_time,_value,_field,_measurement,device,site
        ,,0,2026-09-21T14:13:20.000000001Z,0.1,temp,telemetry,pump-7,"hall 1, north"
        ,,0,2026-09-21T14:13:21Z,1e-310,temp,telemetry,pump-7,"hall 1, north"
        ,,1,2026-09-21T14:13:19Z,3,temp,telemetry,fan-1,

        """;

    private static readonly ReadingQuery Query = new(null, "telemetry", "temp", 1_790_000_000_000_000_000, 1_790_000_060_000_000_000, null, Aggregate.Mean, 1000);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_request_is_that_of_the_official_clients()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(200, Series));
        await using var rig = Rig(server, "Token=secret-token");

        await rig.Timed.SeriesAsync(Stop);

        var request = await server.ReceivedAsync();
        using var body = JsonDocument.Parse(request.Body);
        Assert.StartsWith("POST /api/v2/query?org=works%20%26%20co HTTP/1.1\r\n", request.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Token secret-token\r\n", request.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nAccept: application/csv\r\n", request.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/json\r\n", request.Head, StringComparison.Ordinal);
        Assert.Equal("flux", body.RootElement.GetProperty("type").GetString());
        Assert.Equal(["datatype", "group", "default"], body.RootElement.GetProperty("dialect").GetProperty("annotations").EnumerateArray().Select(one => one.GetString()));
        Assert.StartsWith("from(bucket: \"b\\\"1\")\n", body.RootElement.GetProperty("query").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_come_with_kind_tags_and_newest_time_and_only_ours()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(200, Series));
        await using var rig = Rig(server);

        Assert.Equal(
            [
                new(DeviceId.Parse("fan-1"), "telemetry", "temp", "", ReadingKind.Float, null, 1_789_999_999_000_000_000),
                new(DeviceId.Parse("pump-7"), "telemetry", "on", "", ReadingKind.Boolean, null, 1_789_999_998_000_000_000),
                new StoredSeries(DeviceId.Parse("pump-7"), "telemetry", "temp", "site=hall\\ 1\\,\\ north", ReadingKind.Float, null, 1_790_000_000_000_000_001),
            ],
            await rig.Timed.SeriesAsync(Stop));
    }

    [Fact]
    public async Task Readings_come_to_the_last_digit_and_the_tags_asked_for_are_exact()
    {
        await using var server = Telling(Series[..Series.LastIndexOf("#datatype", StringComparison.Ordinal)], Temperatures);
        await using var rig = Rig(server);

        var rows = await AllAsync(rig, Query);
        Assert.Equal([0.1, 1e-310, 3.0], rows.Select(row => (double)row.Value));
        Assert.Equal([1_790_000_000_000_000_001, 1_790_000_001_000_000_000, 1_789_999_999_000_000_000], rows.Select(row => row.TimeNs));
        Assert.Equal(["site=hall\\ 1\\,\\ north", "site=hall\\ 1\\,\\ north", ""], rows.Select(row => row.Tags));

        Assert.Equal([3.0], (await AllAsync(rig, Query with { Tags = "" })).Select(row => (double)row.Value));
        Assert.Equal([0.1, 1e-310], (await AllAsync(rig, Query with { Tags = "site=hall\\ 1\\,\\ north" })).Select(row => (double)row.Value));
        Assert.Equal(2, (await AllAsync(rig, Query with { Limit = 2 })).Count);
    }

    [Theory]
    [InlineData(401, "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}", "401", "unauthorized access")]
    [InlineData(404, "{\"code\":\"not found\",\"message\":\"failed to initialize execute state: could not find bucket \\\"b\\\"\"}", "404", "could not find bucket")]
    [InlineData(200, "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,query terminated: memory limit exceeded,897\r\n", "memory limit exceeded", "897")]
    public async Task A_refusal_is_told_in_the_servers_words(int status, string body, params string[] words)
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(status, body));
        await using var rig = Rig(server);

        var e = await Assert.ThrowsAnyAsync<IOException>(() => rig.Timed.SeriesAsync(Stop));
        Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_is_broken_off_is_no_whole_one()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(200, Series) { CutBody = true });
        await using var rig = Rig(server);

        await Assert.ThrowsAnyAsync<IOException>(() => rig.Timed.SeriesAsync(Stop));
    }

    [Theory]
    [InlineData("Flux"), InlineData("InfluxQl")]
    public async Task A_server_that_says_nothing_is_left_when_the_time_is_up(string language)
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(200) { AtHead = true, Silent = true });
        await using var rig = Rig(server, $"Query={language}", "QueryTimeLimit=00:00:01");

        var e = await Assert.ThrowsAsync<TimeoutException>(() => rig.Timed.SeriesAsync(Stop));
        Assert.Contains("Influx:QueryTimeLimit", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_outside_stays_text()
    {
        Assert.Equal("\"a\\\"b\\\\c\\nd\\r\\t\\${r.x} $y\"", Flux.Text("a\"b\\c\nd\r\t${r.x} $y"));

        var flux = Flux.Readings("b", "m\") |> yield() //", "f\\", Query with { Device = DeviceId.Parse("d-1"), Tags = "a\"b=c\" or true //,x=${y}" }, 5, "field1");
        Assert.Contains("""r._measurement == "m\") |> yield() //" and r._field == "f\\" and (r.device == "d-1") and (r["a\"b"] == "c\" or true //" and r["x"] == "\${y}")""", flux, StringComparison.Ordinal);
        Assert.Contains("(r.device == \"\")", Flux.Readings("b", "m", "f", Query with { Tags = "no tags" }, 5, "field1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_shape_of_a_query_has_its_script()
    {
        var raw = Flux.Readings("b", "m", "f", Query, 5, "field1");
        var counts = Flux.Readings("b", "m", "f", Query with { Every = TimeSpan.FromMinutes(15), Aggregate = Aggregate.Count }, 5, "field1");
        var chart = Flux.Readings("b", "m", "f", Query with { Every = TimeSpan.FromSeconds(7), Points = 10 }, 5, "field2");

        Assert.Equal("""
            from(bucket: "b")
              |> range(start: time(v: 1790000000000000000), stop: time(v: 1790000060000000000))
              |> filter(fn: (r) => r._measurement == "m" and r._field == "f")
              |> drop(columns: ["_start", "_stop"])
              |> limit(n: 5)
              |> yield(name: "field1")

            """, raw);
        Assert.Contains("""aggregateWindow(every: 900000000000ns, fn: count, createEmpty: false, timeSrc: "_start")""", counts, StringComparison.Ordinal);
        Assert.Contains("({r with _time: time(v: int(v: r._time) / 900000000000 * 900000000000)})", counts, StringComparison.Ordinal);
        Assert.StartsWith("windowsfield2 = from(", chart, StringComparison.Ordinal);
        Assert.Contains("union(tables: [windowsfield2 |> min(), windowsfield2 |> max()])", chart, StringComparison.Ordinal);
    }

    /// <summary>Series to whoever asks for the newest, else readings.</summary>
    private static ScriptedServer Telling(string series, string readings) => new(() => new(200)
    {
        Judge = body => Task.FromResult(new ScriptedAnswer(200, Encoding.UTF8.GetString(body).Contains("last()", StringComparison.Ordinal) ? series : readings)),
    });

    private static SinkRig Rig(ScriptedServer server, params string[] settings) =>
        SinkRig.Over(server.Url, ["Query=Flux", "Org=works & co", "Bucket=b\"1", .. settings]);

    private static async Task<List<StoredReading>> AllAsync(SinkRig rig, ReadingQuery query)
    {
        var rows = new List<StoredReading>();
        await foreach (var row in rig.Timed.ReadingsAsync(query, Stop)) rows.Add(row);
        return rows;
    }
}
