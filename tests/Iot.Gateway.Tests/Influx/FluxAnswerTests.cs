using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

/// <summary>Annotated CSV, line by line as its specification has it.</summary>
public class FluxAnswerTests
{
    private const string Described = """
        #datatype,string,long,dateTime:RFC3339Nano,double,string,string
        #group,false,false,false,false,true,true
        #default,_result,,,,,
        ,result,table,_time,_value,_field,device

        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_of_several_tables_share_one_description()
    {
        var rows = await RowsAsync(Described + ",,0,2026-09-21T14:13:20.000000001Z,0.1,temp,pump-7\n,,1,2026-09-21T14:13:20Z,-1e-310,temp,fan-1\n");

        Assert.Equal(["pump-7", "fan-1"], rows.Select(row => row["device"]));
        Assert.Equal(["_result", "_result"], rows.Select(row => row["result"]));
        Assert.Equal([1_790_000_000_000_000_001, 1_790_000_000_000_000_000], rows.Select(row => row.Table.Time(row.Cells, "_time")));
        Assert.Equal([0.1, -1e-310], rows.Select(row => (double)row.Table.Value(row.Cells)!));
        Assert.False(rows[1].IsOfTableOf(rows[0]));
    }

    [Theory]
    [InlineData("\r\n\r\n"), InlineData("\n\n"), InlineData("\r\n"), InlineData("\n\n\n\n")]
    public async Task Another_description_begins_after_an_empty_line_or_with_an_annotation(string between)
    {
        var rows = await RowsAsync(
            Described + ",,0,2026-09-21T14:13:20Z,1,temp,a" + between +
            "#datatype,string,long,dateTime:RFC3339,boolean,string\n#group,false,false,false,false,true\n#default,other,,,,\n,result,table,_time,_value,on\n,,1,2026-09-21T14:13:20Z,true,x\n");

        Assert.Equal([1.0, true], rows.Select(row => row.Table.Value(row.Cells)));
        Assert.Equal(["_result", "other"], rows.Select(row => row["result"]));
        Assert.Equal([("device", "a")], rows[0].Table.Tags(rows[0].Cells).Select(tag => (tag.Key, tag.Value)));
        Assert.Equal([("on", "x")], rows[1].Table.Tags(rows[1].Cells).Select(tag => (tag.Key, tag.Value)));
    }

    [Theory]
    [InlineData("double", "0.30000000000000004", 0.30000000000000004)]
    [InlineData("double", "+Inf", double.PositiveInfinity)]
    [InlineData("double", "-Inf", double.NegativeInfinity)]
    [InlineData("double", "NaN", double.NaN)]
    [InlineData("long", "-9223372036854775808", long.MinValue)]
    [InlineData("unsignedLong", "7", 7L)]
    [InlineData("unsignedLong", "18446744073709551615", 18446744073709551615.0)]
    [InlineData("boolean", "true", true)]
    [InlineData("boolean", "false", false)]
    [InlineData("string", "", "")]
    [InlineData("string", "\"a, \"\"b\"\"\r\nc\"", "a, \"b\"\r\nc")]
    [InlineData("base64Binary", "AAE=", "AAE=")]
    [InlineData("duration", "1h", "1h")]
    [InlineData("double", "", null)]
    [InlineData("boolean", "", null)]
    public async Task A_cell_is_what_its_datatype_says(string datatype, string cell, object? value)
    {
        var row = Assert.Single(await RowsAsync($"#datatype,string,long,{datatype}\n#group,false,false,false\n#default,_result,,\n,result,table,_value\n,,0,{cell}\n"));

        Assert.Equal(value, row.Table.Value(row.Cells));
    }

    [Fact]
    public async Task An_empty_cell_is_its_default_and_a_table_without_rows_is_none()
    {
        var rows = await RowsAsync("#datatype,string,long,double,string\n#group,false,false,false,true\n#default,r,4,1.5,x\n,result,table,_value,device\n\n#datatype,string,long,double,string\n#default,r,4,1.5,x\n,result,table,_value,device\n,,,,\n,s,5,2,y\n");

        Assert.Equal(["r 4 x 1.5", "s 5 y 2"], rows.Select(row => FormattableString.Invariant($"{row["result"]} {row["table"]} {row["device"]} {row.Table.Value(row.Cells)}")));
        Assert.Empty(await RowsAsync(""));
        Assert.Empty(await RowsAsync("\r\n\r\n"));
        Assert.Empty(await RowsAsync(Described));
    }

    [Theory]
    [InlineData("#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,\"failed to create physical plan: x, y\",897\r\n", "failed to create physical plan: x, y (897)")]
    [InlineData("#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,out of memory,\n", "out of memory")]
    [InlineData("error,reference\nno such bucket,1\n", "no such bucket (1)")]
    public async Task An_error_amid_the_answer_is_told_in_the_servers_words(string error, string words)
    {
        var e = await Assert.ThrowsAsync<FluxRefusedException>(() => RowsAsync(error));
        Assert.EndsWith(words, e.Message, StringComparison.Ordinal);

        await Assert.ThrowsAsync<FluxRefusedException>(() => RowsAsync(Described + ",,0,2026-09-21T14:13:20Z,1,temp,a\r\n\r\n" + error));
    }

    [Theory]
    [InlineData(",,0,2026-09-21T14:13:20Z,1,temp,\"a")]
    [InlineData(",,0,2026-09-21T14:13:20Z,1,temp,a\"b\n")]
    [InlineData(",,0,2026-09-21T14:13:20Z,1,temp,\"a\"b\n")]
    [InlineData(",,0,2026-09-21T14:13:20Z,1,te\rmp,a\n")]
    [InlineData(",,0,2026-09-21T14:13:20Z,1,temp\n")]
    [InlineData(",,0,2026-09-21T14:13:20Z,1,temp,a,b\n")]
    [InlineData(",,0,2026-09-21T14:13:20Z,one,temp,a\n")]
    [InlineData(",,0,yesterday,1,temp,a\n")]
    [InlineData(",,0,,1,temp,a\n")]
    public async Task What_does_not_fit_is_a_broken_answer_and_no_reading(string row) => await Assert.ThrowsAsync<IOException>(async () =>
    {
        foreach (var one in await RowsAsync(Described + row))
        {
            one.Table.Time(one.Cells, "_time");
            one.Table.Value(one.Cells);
        }
    });

    [Fact]
    public async Task A_record_without_end_is_not_collected()
    {
        using var endless = new StringReader("#" + new string('x', 100_000));

        await Assert.ThrowsAsync<IOException>(async () => await new CsvRecords(endless, 1000).NextAsync(Stop));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0), InlineData("2026-09-21T14:13:20.5Z", 1_790_000_000_500_000_000), InlineData("1969-12-31T23:59:59.999999999Z", -1)]
    [InlineData("2026-09-21T16:13:20.123456789+02:00", 1_790_000_000_123_456_789), InlineData("1790000000000000001", 1_790_000_000_000_000_001)]
    public void Times_are_read_to_the_nanosecond(string text, long ns)
    {
        Assert.True(FluxTime.TryParse(text, out var read));
        Assert.Equal(ns, read);
    }

    [Theory]
    [InlineData(""), InlineData("2026-09-21"), InlineData("2026-09-21T14:13:20.1234567891Z"), InlineData("2026-09-21T14:13:20."), InlineData("now")]
    public void What_is_no_time_is_not_taken_for_one(string text) => Assert.False(FluxTime.TryParse(text, out _));

    private static async Task<List<FluxRow>> RowsAsync(string answer)
    {
        using var reader = new StringReader(answer);
        var rows = new List<FluxRow>();
        await foreach (var row in FluxClient.RowsAsync(new(reader), Stop)) rows.Add(row);
        return rows;
    }
}
