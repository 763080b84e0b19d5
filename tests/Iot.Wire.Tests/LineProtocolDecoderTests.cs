using System.Diagnostics;
using System.Text;
using Iot.Testing;

namespace Iot.Wire.Tests;

public class LineProtocolDecoderTests
{
    private const long Receipt = 1_700_000_000_000_000_000;
    private static readonly DeviceId Device = DeviceId.Parse("pump-1");

    private readonly LineProtocolDecoder _decoder = new();
    private readonly ReadingBatch _batch = new();

    [Fact]
    public void A_line_becomes_one_reading_a_field_with_its_measurement_tags_and_time()
    {
        Assert.Equal(
            ["motor,room=a,site=b temp=21.5 @123", "motor,room=a,site=b on=true @123", "motor,room=a,site=b state='ok' @123"],
            Decode("motor,site=b,room=a temp=21.5,on=T,state=\"ok\" 123"));
        Assert.Null(_batch.Identity);
        Assert.Equal(Device, _batch.Device);
        Assert.All(_batch.Readings.ToArray(), reading => Assert.False(reading.HasSum));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("-1.", -1)]
    [InlineData(".5", 0.5)]
    [InlineData("-0", -0.0)]
    [InlineData("0.1", 0.1)]
    [InlineData("123456.789", 123456.789)]
    [InlineData("1.7976931348623157e308", double.MaxValue)]
    [InlineData("5e-324", double.Epsilon)]
    [InlineData("9007199254740993", 9007199254740992d)]
    [InlineData("0.30000000000000004441", 0.30000000000000004)]
    [InlineData("-2E+3", -2000)]
    [InlineData("42i", 42)]
    [InlineData("-9223372036854775808i", -9223372036854775808d)]
    [InlineData("18446744073709551615u", 18446744073709551615d)]
    [InlineData("9007199254740993i", 9007199254740992d)]
    public void Numbers_integers_and_unsigned_ones_become_the_nearest_float(string text, double expected)
    {
        Decode($"m v={text} 1");

        Assert.Equal((ReadingKind.Float, ReadingDefect.None), (_batch.Readings[0].Kind, _batch.Readings[0].Defect));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(_batch.Readings[0].Number));
    }

    [Theory]
    [InlineData("t T true True TRUE", "true")]
    [InlineData("f F false False FALSE", "false")]
    public void Booleans_are_taken_in_all_spellings(string spellings, string expected) =>
        Assert.All(spellings.Split(' '), spelling => Assert.Equal([$"m v={expected} @1"], Decode($"m v={spelling} 1")));

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("tRUE")]
    [InlineData("1.5i")]
    [InlineData("-1u")]
    [InlineData("9223372036854775808i")]
    [InlineData("18446744073709551616u")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    public void A_bad_value_costs_only_its_field(string value) =>
        Assert.Equal(["m a=1 @5", "m v=BadValue @5", "m b=2 @5"], Decode($"m a=1,v={value},b=2 5"));

    [Theory]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("-Inf")]
    [InlineData("+Infinity")]
    [InlineData("1e999")]
    public void What_is_not_finite_is_marked_so(string value) => Assert.Equal(["m v=NotFinite @5"], Decode($"m v={value} 5"));

    [Fact]
    public void Escapes_in_measurement_field_and_text_are_resolved_and_tags_stay_escaped() =>
        Assert.Equal(
            [@"a b,c\=d,k\ 1=x\,y\=z\ ä f=g,h='say ""hi"" \ C:\n' @1"],
            Decode(@"a\ b\,c\=d,k\ 1=x\,y\=z\ ä f\=g\,h=""say \""hi\"" \\ C:\n"" 1"));

    [Fact]
    public void A_text_may_hold_separators_and_line_breaks() =>
        Assert.Equal(["m s='a,b c=d\n# e' @1", "m n=2 @2"], Decode("m s=\"a,b c=d\n# e\" 1\nm n=2 2"));

    [Fact]
    public void Without_a_time_the_receipt_counts() => Assert.Equal([$"m v=1 @{Receipt}", $"m v=2 @{Receipt}"], Decode("m v=1\nm v=2 \n"));

    [Fact]
    public void Empty_lines_comments_and_carriage_returns_are_passed_over() =>
        Assert.Equal(["m v=1 @1", "m v=true @2", "m s='x' @3"], Decode("\r\n# m v=9 9\r\n  m v=1 1\r\n\n\t\nm v=t 2\r\n#\nm s=\"x\" 3\r"));

    [Fact]
    public void Times_may_be_negative() => Assert.Equal(["m v=1 @-5"], Decode("m v=1 -5"));

    [Fact]
    public void The_devices_own_tag_is_left_out() =>
        Assert.Equal(["m,a=1,z=2 v=1 @1", "m v=2 @2"], Decode("m,a=1,device=pump-1,z=2 v=1 1\nm,device=pump-1 v=2 2"));

    [Fact]
    public void A_tag_of_another_device_spoils_the_readings_of_its_line_only() =>
        Assert.Equal(
            ["m a=ForeignDevice @1", "m b=ForeignDevice @1", "m c=3 @2"],
            Decode("m,device=pump-2 a=1,b=2 1\nm,device=pump-1 c=3 2"));

    [Theory]
    [InlineData("m,=x v=1 1", "m =BadTags")]
    [InlineData("m,a= v=1 1", "m =BadTags")]
    [InlineData("m,a v=1 1", "m =BadTags")]
    [InlineData("m,a=1,a=2 v=1 1", "m =BadTags")]
    [InlineData("m,b=1,a=2,b=1 v=1 1", "m =BadTags")]
    [InlineData("m,a=b=c v=1 1", "m =BadTags")]
    [InlineData("m,device=pump-1,device=pump-1 v=1 1", "m =BadTags")]
    [InlineData("m,a=1, v=1 1", "m =BadTags")]
    [InlineData(",a=1 v=1 1", " =BadName")]
    [InlineData("m\tn v=1 1", " =BadName")]
    [InlineData("m", "m =NoValue")]
    [InlineData("m,a=1", "m =NoValue")]
    [InlineData("m v 1", "m =NoValue")]
    [InlineData("m v=1, 1", "m =NoValue")]
    [InlineData("m v=\"x 1", "m v=BadValue")]
    [InlineData("m v=\"x\"y 1", "m v=BadValue")]
    [InlineData("m v=1 soon", "m v=BadTime")]
    [InlineData("m v=1 1.5", "m v=BadTime")]
    [InlineData("m v=1 1 2", "m v=BadTime")]
    [InlineData("m v=1 9223372036854775808", "m v=BadTime")]
    public void A_bad_line_becomes_one_reading_and_its_neighbours_stay(string line, string expected) =>
        Assert.Equal(["m a=1 @1", $"{expected} @{Receipt}", "m b=2 @2"], Decode($"m a=1 1\n{line}\nm b=2 2"));

    [Fact]
    public void A_field_without_a_name_or_with_a_long_one_is_refused_alone() =>
        Assert.Equal(["m =BadName @1", $"m {new string('x', 256)}=BadName @1", "m b=2 @1"], Decode($"m =1,{new string('x', 256)}=3,b=2 1"));

    [Fact]
    public void A_measurement_may_have_255_bytes_and_not_256()
    {
        Assert.Equal([$"{new string('m', 255)} v=1 @1"], Decode($"{new string('m', 255)} v=1 1"));
        Assert.Equal([$" =BadName @{Receipt}", "m v=1 @1"], Decode($"{new string('m', 256)} v=1 1\nm v=1 1"));
    }

    [Fact]
    public void More_tags_than_InfluxDB_takes_are_refused()
    {
        var tags = string.Join(',', Enumerable.Range(100, LineTags.MaxTags).Select(i => $"k{i}=1"));

        Assert.EndsWith(" v=1 @1", Assert.Single(Decode($"m,{tags} v=1 1")));
        Assert.Equal([$"m =BadTags @{Receipt}", "m v=1 @1"], Decode($"m,{tags},z=1 v=1 1\nm v=1 1"));
        Assert.Equal([$"m =BadTags @{Receipt}", "m v=1 @1"], Decode($"m,z={new string('z', LineTags.MaxBytes)} v=1 1\nm v=1 1"));
    }

    [Fact]
    public void Lines_of_one_head_share_its_text_and_lines_of_others_do_not()
    {
        Assert.Equal(
            ["m,a=1 v=1 @1", "m,a=1 w=2 @2", "m,a=12 v=3 @3", "m v=4 @4", "m,a=1 v=5 @5"],
            Decode("m,a=1 v=1 1\nm,a=1 w=2 2\nm,a=12 v=3 3\nm v=4 4\nm,a=1 v=5 5"));
        Assert.Equal(_batch.Readings[0].Tags, _batch.Readings[1].Tags);
    }

    [Theory]
    [InlineData(@"m\", @"m\ x v=1 1", @"m\", "m x v=1 @1")]
    [InlineData(@"m,a=1\", @"m,a=1\ x v=1 1", "m", @"m,a=1\ x v=1 @1")]
    public void A_backslash_at_the_end_of_a_line_is_not_the_one_before_a_space(string line, string next, string head, string expected) =>
        Assert.Equal([$"{head} =NoValue @{Receipt}", expected], Decode($"{line}\n{next}"));

    [Fact]
    public void Names_at_the_same_place_of_a_line_are_not_mistaken_for_those_of_the_line_before() =>
        Assert.Equal(
            ["m ab=1 @1", "m c=2 @1", "m a=3 @2", "m c=4 @2", "m ab=5 @3", "m cd=6 @3", "m e=7 @3"],
            Decode("m ab=1,c=2 1\nm a=3,c=4 2\nm ab=5,cd=6,e=7 3"));

    [Theory]
    [InlineData("", DecodeError.Empty, 0)]
    [InlineData(" \n\n# only a remark\n", DecodeError.Empty, 0)]
    [InlineData("hello world", DecodeError.Malformed, 0)]
    [InlineData("\n{\"temperature\": 20}", DecodeError.Malformed, 1)]
    [InlineData("m v=1\0 1", DecodeError.Malformed, 5)]
    public void A_payload_without_lines_is_refused_as_a_whole(string payload, DecodeError error, int position)
    {
        Assert.False(_decoder.TryDecode(Encoding.UTF8.GetBytes(payload), new(Device, Receipt, 100), _batch, out var why));
        Assert.Equal(new(error, position), why);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused_with_their_position()
    {
        Assert.False(_decoder.TryDecode([.. "m ä=1 1\nm v=\""u8, 0xC3, 0x28], new(Device, Receipt, 100), _batch, out var why));
        Assert.Equal(new(DecodeError.InvalidUtf8, 14), why);
    }

    [Theory]
    [InlineData("m a=1,b=2,c=3 1")]
    [InlineData("m a=1,b=2 1\nm a=1 2")]
    [InlineData("m a=1,b=2 1\nbad")]
    public void More_readings_than_allowed_are_refused_as_a_whole(string payload)
    {
        Assert.True(_decoder.TryDecode(Encoding.UTF8.GetBytes(payload), new(Device, Receipt, 3), _batch, out _));
        Assert.False(_decoder.TryDecode(Encoding.UTF8.GetBytes(payload), new(Device, Receipt, 2), _batch, out var why));
        Assert.Equal(DecodeError.TooManyReadings, why.Error);
    }

    [Fact]
    public void A_payload_of_opening_quotes_is_read_in_linear_time()
    {
        var payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("m a=\\\\\",b=\"\n", 100_000)));

        var started = Stopwatch.GetTimestamp();
        Assert.True(_decoder.TryDecode(payload, new(Device, Receipt, int.MaxValue), _batch, out _));

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5); // some 20 ms; minutes when it is quadratic
        Assert.Equal(100_000, _batch.Readings.ToArray().Count(reading => reading.Defect == ReadingDefect.BadValue));
    }

    [Fact]
    public void Nothing_is_allocated_once_the_buffers_have_grown()
    {
        var payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100).Select(i =>
            $"motor,site=b,room=a,n={i % 3} temp=2{i}.5,on=T,count={i}i,state=\"o\\\"k\",e=1.5e{i} 123{i}\nbad{i}\n")));
        Decode(payload);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) Decode(payload);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Decode(byte[] payload) => Assert.True(_decoder.TryDecode(payload, new(Device, Receipt, 10_000), _batch, out _));

    private string[] Decode(string payload)
    {
        Assert.True(_decoder.TryDecode(Encoding.UTF8.GetBytes(payload), new(Device, Receipt, 10_000), _batch, out var why), why.ToString());
        return [.. _batch.Readings.ToArray().Select(reading => LineReadings.Show(_batch, reading))];
    }
}
