namespace Iot.Wire.Tests;

/// <summary>One bad record: a reading with its defect, and its neighbours whole. (BadTags belongs to line protocol.)</summary>
public class ReadingDefectTests
{
    public static TheoryData<Form> Forms => [Form.Json, Form.Cbor];

    [Theory, MemberData(nameof(Forms))]
    public void NoValue(Form form)
    {
        AssertDefect(form, ReadingDefect.NoValue, "{\"n\":\"x\"}");
        AssertDefect(form, ReadingDefect.NoValue, "{\"t\":1,\"n\":\"x\"}");
        AssertDefect(form, ReadingDefect.NoValue, "{\"u\":\"V\",\"n\":\"x\"}");
    }

    [Theory, MemberData(nameof(Forms))]
    public void SeveralValues(Form form)
    {
        AssertDefect(form, ReadingDefect.SeveralValues, "{\"n\":\"x\",\"v\":1,\"vb\":true}");
        AssertDefect(form, ReadingDefect.SeveralValues, "{\"n\":\"x\",\"vs\":\"a\",\"vd\":\"YQ\"}");
    }

    [Theory, MemberData(nameof(Forms))]
    public void BadName(Form form)
    {
        AssertDefect(form, ReadingDefect.BadName, "{\"v\":1}");
        AssertDefect(form, ReadingDefect.BadName, "{\"n\":\"a b\",\"v\":1}");
        AssertDefect(form, ReadingDefect.BadName, "{\"n\":5,\"v\":1}");
        AssertDefect(form, ReadingDefect.BadName, "{\"n\":null,\"v\":1}");
    }

    [Theory, MemberData(nameof(Forms))]
    public void ForeignDevice(Form form) =>
        AssertDefect(form, ReadingDefect.ForeignDevice, "{\"n\":\"urn:dev:ow:pump-8:x\",\"v\":1}");

    [Theory, MemberData(nameof(Forms))]
    public void BadTime(Form form)
    {
        AssertDefect(form, ReadingDefect.BadTime, "{\"n\":\"x\",\"v\":1,\"t\":\"now\"}");
        AssertDefect(form, ReadingDefect.BadTime, "{\"n\":\"x\",\"v\":1,\"t\":9223372037}");
        AssertDefect(form, ReadingDefect.BadTime, "{\"n\":\"x\",\"v\":1,\"t\":-9223372037}");
        AssertDefect(form, ReadingDefect.BadTime, "{\"n\":\"x\",\"v\":1,\"t\":1e300}");
        AssertDefect(form, ReadingDefect.BadTime, "{\"n\":\"x\",\"v\":1,\"t\":[]}");
    }

    [Theory, MemberData(nameof(Forms))]
    public void BadTime_of_base_and_time_together(Form form)
    {
        var batch = Packs.Decode(form, """[{"bt":9000000000,"n":"x","v":1,"t":300000000},{"n":"x","v":1}]""");

        Assert.Equal([ReadingDefect.BadTime, ReadingDefect.None], batch.Readings.ToArray().Select(r => r.Defect));
        Assert.Equal(Packs.ReceivedAtNs, batch.Readings[0].TimeNs);
    }

    [Theory, MemberData(nameof(Forms))]
    public void BadValue(Form form)
    {
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"v\":\"12\"}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"v\":null}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"v\":{\"v\":1}}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"s\":true}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"vb\":1}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"vs\":1}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"vd\":1}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"v\":1,\"u\":1}");
        AssertDefect(form, ReadingDefect.BadValue, "{\"n\":\"x\",\"v\":1,\"ut\":\"soon\"}");
    }

    [Fact]
    public void BadValue_of_data_that_is_not_base64url() =>
        AssertDefect(Form.Json, ReadingDefect.BadValue, "{\"n\":\"x\",\"vd\":\"a+b/\"}");

    [Theory, MemberData(nameof(Forms))]
    public void MustUnderstand(Form form)
    {
        AssertDefect(form, ReadingDefect.MustUnderstand, "{\"n\":\"x\",\"v\":1,\"calibration_\":2}");
        AssertDefect(form, ReadingDefect.MustUnderstand, "{\"v_\":[{}]}");
    }

    [Fact]
    public void NotFinite_in_cbor()
    {
        foreach (var number in new[] { "F97E00", "F97C00", "FA7F800000", "FBFFF0000000000000", "C48219400001" })
        {
            var batch = new ReadingBatch();
            var payload = Convert.FromHexString("82A200617802" + number + "A2006179" + "02" + "01");
            Assert.True(SenMlCborDecoder.TryDecode(payload, Packs.Context(), batch, out var why), why.ToString());
            Assert.Equal([ReadingDefect.NotFinite, ReadingDefect.None], batch.Readings.ToArray().Select(r => r.Defect));
        }
    }

    [Fact]
    public void NotFinite_in_json() => AssertDefect(Form.Json, ReadingDefect.NotFinite, "{\"n\":\"x\",\"v\":1e400}");

    [Theory, MemberData(nameof(Forms))]
    public void NotFinite_of_base_and_value_together(Form form)
    {
        var batch = Packs.Decode(form, """[{"bv":1.7e308,"bs":-1.7e308},{"n":"a","v":1.7e308},{"n":"b","v":-1,"s":-1.7e308},{"n":"c","v":1}]""");

        Assert.Equal([ReadingDefect.NotFinite, ReadingDefect.NotFinite, ReadingDefect.None], batch.Readings.ToArray().Select(r => r.Defect));
    }

    [Theory, MemberData(nameof(Forms))]
    public void DuplicateLabel(Form form)
    {
        AssertDefect(form, ReadingDefect.DuplicateLabel, "{\"n\":\"x\",\"v\":1,\"v\":2}");
        AssertDefect(form, ReadingDefect.DuplicateLabel, "{\"n\":\"x\",\"v\":1,\"n\":[\"y\"]}");
    }

    [Fact]
    public void DuplicateLabel_as_number_and_text_in_cbor()
    {
        var batch = new ReadingBatch();
        Assert.True(SenMlCborDecoder.TryDecode(Convert.FromHexString("81A30061780201617602"), Packs.Context(), batch, out _));
        Assert.Equal(ReadingDefect.DuplicateLabel, batch.Readings[0].Defect);
    }

    [Theory, MemberData(nameof(Forms))]
    public void What_is_wrong_with_a_base_field_holds_until_it_is_replaced(Form form)
    {
        var batch = Packs.Decode(form, """
            [
              {"bn":7},{"n":"x","v":1},
              {"bn":"","bt":"x","n":"x","v":1},
              {"bt":0,"bu":5,"n":"x","v":1},{"n":"x","u":"V","v":1},
              {"bu":"V","bv":"1","n":"x","v":1},{"n":"x","vs":"text"},
              {"bv":0,"bs":[],"n":"x","v":1},
              {"bs":0,"n":"x","v":1}
            ]
            """);

        Assert.Equal(
            [
                ReadingDefect.BadName, ReadingDefect.BadTime, ReadingDefect.BadValue, ReadingDefect.None,
                ReadingDefect.BadValue, ReadingDefect.None, ReadingDefect.BadValue, ReadingDefect.None,
            ],
            batch.Readings.ToArray().Select(r => r.Defect));
    }

    private static void AssertDefect(Form form, ReadingDefect defect, string record)
    {
        var batch = Packs.Decode(form, $$"""[{"n":"before","v":1},{{record}},{"n":"after","v":2}]""");

        Assert.Equal([ReadingDefect.None, defect, ReadingDefect.None], batch.Readings.ToArray().Select(r => r.Defect));
        Assert.Equal(("before", "after"), (batch.Name(0), batch.Name(2)));
        Assert.Equal((1.0, 2.0), (batch.Readings[0].Number, batch.Readings[2].Number));
    }
}
