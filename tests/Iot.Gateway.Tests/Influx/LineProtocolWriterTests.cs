using System.Text;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

public sealed class LineProtocolWriterTests
{
    private const string Time = "1765432100000000000";

    [Fact]
    public void Readings_of_one_measurement_and_time_become_one_line() => Assert.Equal(
        $"telemetry,device=pump-7 temperature=21.5,running=true,note=\"ok\",raw=\"_-8\" {Time}\n",
        Write(new("temperature", 21.5), new("running", true), new("note", "ok"), new("raw", new byte[] { 0xff, 0xef })));

    [Fact]
    public void Readings_that_are_not_neighbours_find_their_line() => Assert.Equal(
        "telemetry,device=pump-7 a=1,b=3 1\ntelemetry,device=pump-7 a=2,b=4 2\n",
        Write(new("a", 1.0, 1), new("a", 2.0, 2), new("b", 3.0, 1), new("b", 4.0, 2)));

    [Fact]
    public void A_measurement_of_its_own_goes_before_that_of_the_device_type() => Assert.Equal(
        "air,device=pump-7 a=1 1\ntelemetry,device=pump-7 a=2 1\n",
        Write(new("a", 1.0, 1, "air"), new("a", 2.0, 1)));

    [Fact]
    public void A_field_given_twice_is_written_twice_the_later_value_later() => Assert.Equal(
        "telemetry,device=pump-7 a=1,b=2 1\ntelemetry,device=pump-7 a=3,c=4 1\ntelemetry,device=pump-7 a=5 1\n",
        Write(new("a", 1.0, 1), new("b", 2.0, 1), new("a", 3.0, 1), new("c", 4.0, 1), new("a", 5.0, 1)));

    [Fact]
    public void A_sum_is_a_field_beside_the_value_or_alone() => Assert.Equal(
        $"telemetry,device=pump-7 flow=2,flow_sum=17.25,energy_sum=3 {Time}\n",
        Write(new("flow", 2.0, Sum: 17.25), new("energy", null, Sum: 3)));

    [Fact]
    public void Rejected_readings_are_left_out()
    {
        var message = Spooled.Judged(0, "pump-7", "", [new(1, RejectReason.NotFinite)], new("a", 1.0, 1), new Sample("b", double.NaN, 1), new("c", 3.0, 1));

        Assert.Equal("telemetry,device=pump-7 a=1,c=3 1\n", Write(message));
    }

    [Fact]
    public void Every_separator_is_escaped_where_it_separates() => Assert.Equal(
        "a\\,b\\ c=d,device=pump-7 f\\,g\\=h\\ i=\"say \\\"hi\\\" \\\\ , = x\" 1\n",
        Write(new Sample("f,g=h i", "say \"hi\" \\ , = x", 1, "a,b c=d")));

    [Fact]
    public void Line_feeds_are_kept_in_text_and_spelt_out_in_names() => Assert.Equal(
        "telemetry,device=pump-7 a=1 1\ntelemetry,device=pump-7 t\\nu=\"x\ny\" 1\n",
        Write(new("a", 1.0, 1), new("t\nu", "x\ny", 1)));

    [Fact]
    public void A_backslash_that_would_eat_a_separator_is_left_out() => Assert.Equal(
        "telemetry,device=pump-7 a\\b=1 1\n", Write(new Sample("a\\b\\", 1.0, 1)));

    [Fact]
    public void Tags_are_merged_and_sorted_behind_the_device_and_the_schemas_win()
    {
        var message = Spooled.Judged(0, "pump-7", "line=3,site=hall\\ 1,zone=z", [], new("a", 1.0, 1), new Sample("a", 2.0, 1, Tags: "site=hall\\,2,area=x,device=pump-7"));

        Assert.Equal(
            "telemetry,device=pump-7,line=3,site=hall\\ 1,zone=z a=1 1\n" +
            "telemetry,device=pump-7,area=x,line=3,site=hall\\ 1,zone=z a=2 1\n",
            Write(message));
    }

    [Fact]
    public void A_line_has_64_fields_at_most()
    {
        var lines = Write([.. Enumerable.Range(0, 100).Select(i => new Sample($"f{i}", 1.0, 1))]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([64, 36], lines.Select(line => line.Count(c => c == '=') - 1));
    }

    [Fact]
    public void Each_line_knows_the_message_and_readings_it_carries()
    {
        using var body = new LineBody();
        var writer = new LineProtocolWriter();
        writer.Write(Spooled.Message(41, new("a", 1.0, 1), new("a", 2.0, 2), new("b", 3.0, 1)), body);
        writer.Write(Spooled.Message(43, new Sample("a", 1.0, 3)), body);

        Assert.Equal([41UL, 41UL, 43UL], Enumerable.Range(0, body.Lines).Select(body.OffsetOf));
        Assert.Equal([0, 2], body.PartsOf(0).ToArray().Select(part => part.Index));
        Assert.Equal([1], body.PartsOf(1).ToArray().Select(part => part.Index));
        Assert.Equal([0], body.PartsOf(2).ToArray().Select(part => part.Index));
    }

    [Fact]
    public void A_line_comes_apart_into_its_readings()
    {
        using var body = new LineBody();
        new LineProtocolWriter().Write(Spooled.Message(41, new("a", 1.0, 1), new("b", "x, y=\"1\" 2", 1), new("c", 3.0, 1, Sum: 4)), body);
        using var apart = body.All.ByReading();

        Assert.Equal(
            "telemetry,device=pump-7 a=1 1\ntelemetry,device=pump-7 b=\"x, y=\\\"1\\\" 2\" 1\ntelemetry,device=pump-7 c=3,c_sum=4 1\n",
            Encoding.UTF8.GetString(apart.All.Memory.Span));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(line => apart.PartsOf(line)[0].Index));
    }

    [Fact]
    public void Nothing_is_allocated_once_buffers_have_grown()
    {
        var message = Spooled.Judged(0, "pump-7", "site=x", [], [.. Enumerable.Range(0, 100).Select(i => new Sample($"f{i % 10}", i * 0.1, i / 10))]);
        using var body = new LineBody();
        var writer = new LineProtocolWriter();
        long allocated = 0;
        for (var round = 0; round < 20; round++)
        {
            body.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++) writer.Write(message, body);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static string Write(params Sample[] samples) => Write(Spooled.Message(samples));

    private static string Write(Iot.Gateway.Delivery.SpooledMessage message)
    {
        using var body = new LineBody();
        new LineProtocolWriter().Write(message, body);
        return Encoding.UTF8.GetString(body.All.Memory.Span);
    }
}
