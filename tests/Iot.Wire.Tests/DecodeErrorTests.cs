using System.Text;

namespace Iot.Wire.Tests;

/// <summary>Why a whole payload is refused, and at which byte.</summary>
public class DecodeErrorTests
{
    public static TheoryData<Form> Forms => [Form.Json, Form.Cbor];

    [Fact]
    public void Empty()
    {
        Assert.Equal(new(DecodeError.Empty, 0), Packs.Refused(Form.Json, []));
        Assert.Equal(new(DecodeError.Empty, 0), Packs.Refused(Form.Json, " \n"u8.ToArray()));
        Assert.Equal(new(DecodeError.Empty, 1), Packs.Refused(Form.Json, "[]"u8.ToArray()));
        Assert.Equal(new(DecodeError.Empty, 0), Packs.Refused(Form.Cbor, []));
        Assert.Equal(new(DecodeError.Empty, 1), Packs.Refused(Form.Cbor, [0x80]));
        Assert.Equal(new(DecodeError.Empty, 2), Packs.Refused(Form.Cbor, [0x9f, 0xff]));
    }

    [Theory, MemberData(nameof(Forms))]
    public void Truncated_wherever_it_is_cut(Form form)
    {
        var payload = Packs.Bytes(form, """[{"bn":"pump-7:","bt":1700000000.5,"n":"x","v":1.25,"vs":"é","x":[1,{"y":null}],"epoch":"00000000000000ff","seq":300},{"n":"y","vb":true}]""");

        for (var length = 1; length < payload.Length; length++)
        {
            var why = Packs.Refused(form, payload[..length]);
            // Half of é is not UTF-8 as long as JSON is looked at whole.
            Assert.True(why.Error == DecodeError.Truncated || form == Form.Json && why.Error == DecodeError.InvalidUtf8, $"{length}: {why}");
            Assert.InRange(why.Position, 0, length);
        }
    }

    [Theory]
    [InlineData("[{\"n\":}]", 6)]
    [InlineData("[{\"n\":\"x\",\"v\":1}]]", 17)]
    [InlineData("[{\"n\":\"x\",\"v\":1}] [", 17)]
    [InlineData("[5]", 1)]
    [InlineData("[{\"n\":\"x\",\"v\":01}]", 14)]
    [InlineData("[{\"n\":\"x\",\"v\":NaN}]", 14)]
    [InlineData("[{\"n\":\"\\q\",\"v\":1}]", 6)]
    [InlineData("[{n:1}]", 2)]
    public void Malformed_json(string json, int position)
    {
        var why = Packs.Refused(Form.Json, Encoding.UTF8.GetBytes(json));

        Assert.Equal(DecodeError.Malformed, why.Error);
        Assert.InRange(why.Position, position - 2, position + 1);
    }

    [Theory]
    [InlineData("8105", 1)] // a number as record
    [InlineData("81A0F6", 2)] // something behind the pack
    [InlineData("81A1021C", 3)] // reserved length
    [InlineData("81A102F800", 3)] // simple value in two bytes that has a form of one
    [InlineData("81A102FF", 3)] // break without a start
    [InlineData("81BF02FF", 3)] // break after a key
    [InlineData("81A11F01", 2)] // indefinite integer
    [InlineData("81A1037F4161FF", 4)] // a piece of bytes in a text
    [InlineData("81A1037F7F6161FFFF", 4)] // an indefinite piece
    public void Malformed_cbor(string hex, int position) =>
        Assert.Equal(new(DecodeError.Malformed, position), Packs.Refused(Form.Cbor, Convert.FromHexString(hex)));

    [Fact]
    public void InvalidUtf8()
    {
        byte[] json = [.. "[{\"n\":\""u8, 0xff, .. "\",\"v\":1}]"u8];
        Assert.Equal(new(DecodeError.InvalidUtf8, 7), Packs.Refused(Form.Json, json));
        Assert.Equal(DecodeError.InvalidUtf8, Packs.Refused(Form.Json, """[{"n":"x","vs":"\ud800"}]"""u8.ToArray()).Error);
        Assert.Equal(DecodeError.InvalidUtf8, Packs.Refused(Form.Json, """[{"n":"x","vs":"\udc00\ud800"}]"""u8.ToArray()).Error);
        Assert.Equal(new(DecodeError.InvalidUtf8, 4), Packs.Refused(Form.Cbor, Convert.FromHexString("81A1036180")));
        Assert.Equal(new(DecodeError.InvalidUtf8, 3), Packs.Refused(Form.Cbor, Convert.FromHexString("81A161C301")));
        Assert.Equal(new(DecodeError.InvalidUtf8, 5), Packs.Refused(Form.Cbor, Convert.FromHexString("81A1617861C3")));
    }

    [Theory, MemberData(nameof(Forms))]
    public void TooDeep(Form form)
    {
        static string Nested(int levels) => $$"""[{"n":"x","v":1,"deep":{{new string('[', levels)}}{{new string(']', levels)}}}]""";

        Assert.Equal(1, Packs.Decode(form, Nested(16)).Count);
        Assert.Equal(DecodeError.TooDeep, Packs.Refused(form, Packs.Bytes(form, Nested(17))).Error);
    }

    [Fact]
    public void TooDeep_a_hundred_thousand_levels()
    {
        byte[] cbor = [0x81, 0xa1, 0x61, (byte)'x', .. Enumerable.Repeat((byte)0x81, 100_000)];
        Assert.Equal(DecodeError.TooDeep, Packs.Refused(Form.Cbor, cbor).Error);
        byte[] tags = [0x81, 0xa1, 0x61, (byte)'x', .. Enumerable.Repeat((byte)0xc1, 100_000)];
        Assert.Equal(DecodeError.TooDeep, Packs.Refused(Form.Cbor, tags).Error);
        byte[] json = [.. "[{\"x\":"u8, .. Enumerable.Repeat((byte)'[', 100_000)];
        Assert.Equal(DecodeError.TooDeep, Packs.Refused(Form.Json, json).Error);
    }

    [Theory, MemberData(nameof(Forms))]
    public void TooManyReadings(Form form)
    {
        var payload = Packs.Bytes(form, """[{"bn":"a/"},{"n":"x","v":1},{"n":"x","v":1},{"n":"x","v":1}]""");

        Assert.True(Packs.TryDecode(form, payload, Packs.Context(maxReadings: 3), new(), out _));
        Assert.Equal(DecodeError.TooManyReadings, Packs.Refused(form, payload, maxReadings: 2).Error);
    }

    [Theory, MemberData(nameof(Forms))]
    public void UnsupportedVersion(Form form)
    {
        foreach (var version in new[] { "11", "0", "-1", "\"10\"", "null", "1.5", "[]" })
        {
            var why = Packs.Refused(form, Packs.Bytes(form, $$"""[{"n":"x","v":1,"bver":{{version}}}]"""));
            Assert.Equal(DecodeError.UnsupportedVersion, why.Error);
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void BadIdentity(Form form)
    {
        string[] bad =
        [
            "\"epoch\":\"00000000000000ff\"",
            "\"seq\":1",
            "\"first\":1",
            "\"epoch\":\"00000000000000ff\",\"first\":1",
            "\"epoch\":\"0000000000000000\",\"seq\":1",
            "\"epoch\":\"00000000000000ff\",\"seq\":0",
            "\"epoch\":\"00000000000000ff\",\"seq\":-1",
            "\"epoch\":\"00000000000000ff\",\"seq\":1.5",
            "\"epoch\":\"00000000000000ff\",\"seq\":\"1\"",
            "\"epoch\":\"00000000000000ff\",\"seq\":1,\"first\":2",
            "\"epoch\":\"00000000000000ff\",\"seq\":1,\"first\":null",
            "\"epoch\":null,\"seq\":1",
            "\"epoch\":\"xyz\",\"seq\":1",
        ];

        foreach (var identity in bad)
        {
            var why = Packs.Refused(form, Packs.Bytes(form, $$"""[{"n":"x","v":1,{{identity}}}]"""));
            Assert.True(why.Error == DecodeError.BadIdentity, $"{identity}: {why}");
        }
    }

    [Theory]
    [InlineData("\"ff\""), InlineData("\"0x000000000000ff\""), InlineData("\" 0000000000000ff\""), InlineData("255"), InlineData("\"00000000000000fff\"")]
    public void BadIdentity_of_an_epoch_that_is_not_16_hex_digits_in_json(string epoch) =>
        Assert.Equal(DecodeError.BadIdentity, Packs.Refused(Form.Json, Encoding.UTF8.GetBytes($$"""[{"epoch":{{epoch}},"seq":1}]""")).Error);

    [Theory, MemberData(nameof(Forms))]
    public void BadIdentity_in_a_later_record(Form form) =>
        Assert.Equal(DecodeError.BadIdentity, Packs.Refused(form, Packs.Bytes(form, """[{"n":"x","v":1},{"epoch":"00000000000000ff","seq":1}]""")).Error);

    [Fact]
    public void UnknownFormat()
    {
        Assert.Equal(new(DecodeError.UnknownFormat, 0), Packs.Refused(Form.Json, "{\"n\":\"x\"}"u8.ToArray()));
        Assert.Equal(new(DecodeError.UnknownFormat, 0), Packs.Refused(Form.Cbor, [0xa1, 0x00, 0x00]));
    }
}
