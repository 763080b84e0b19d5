namespace Iot.Wire.Tests;

/// <summary>What a record means, asked of both decoders.</summary>
public class SenMlRecordTests
{
    private const long Second = 1_000_000_000;

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void Base_fields_hold_until_they_are_replaced(Form form)
    {
        var batch = Packs.Decode(form, """
            [
              {"bn":"pump-7/a/","bt":1700000000,"bu":"Cel","bv":100,"bs":1000,"n":"x","v":1,"s":2},
              {"n":"y","v":2,"s":3},
              {"bn":"pump-7/b/","bt":1700000100,"bu":"V","bv":200,"bs":2000,"n":"x","v":3,"s":4,"t":1},
              {"n":"y","u":"A","v":4,"s":5}
            ]
            """);

        Assert.Equal(["a/x", "a/y", "b/x", "b/y"], batch.Names());
        Assert.Equal([101.0, 102, 203, 204], batch.Readings.ToArray().Select(r => r.Number));
        Assert.Equal([1002.0, 1003, 2004, 2005], batch.Readings.ToArray().Select(r => r.Sum));
        Assert.Equal(["Cel", "Cel", "V", "A"], batch.Readings.ToArray().Select(r => batch.Text(r.Unit)));
        Assert.Equal([0L, 0, 101, 100], batch.Readings.ToArray().Select(r => r.TimeNs / Second - 1_700_000_000));
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_base_field_counts_for_its_record_wherever_in_it_it_stands(Form form)
    {
        var batch = Packs.Decode(form, """[{"v":1,"n":"x","t":1,"bv":10,"bt":1700000000,"bn":"a/"}]""");

        Assert.Equal("a/x", batch.Name(0));
        Assert.Equal(11, batch.Readings[0].Number);
        Assert.Equal(1_700_000_001 * Second, batch.Readings[0].TimeNs);
    }

    [Theory]
    [InlineData(Form.Json, "", 0)]
    [InlineData(Form.Cbor, "", 0)]
    [InlineData(Form.Json, ",\"t\":-5.25", -5_250_000_000)]
    [InlineData(Form.Cbor, ",\"t\":-5.25", -5_250_000_000)]
    [InlineData(Form.Json, ",\"t\":60", 60_000_000_000)]
    [InlineData(Form.Cbor, ",\"t\":268435455", 268435455_000_000_000)]
    [InlineData(Form.Json, ",\"t\":268435455.999999999", 268435455_999_999_999)]
    public void A_time_below_2_to_the_28_counts_from_receipt(Form form, string time, long offsetNs)
    {
        var batch = Packs.Decode(form, $$"""[{"n":"x","v":1{{time}}}]""");

        Assert.Equal(Packs.ReceivedAtNs + offsetNs, batch.Readings[0].TimeNs);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_time_of_2_to_the_28_is_absolute(Form form)
    {
        var batch = Packs.Decode(form, """[{"n":"x","v":1,"t":268435456},{"n":"x","v":1,"bt":268435457,"t":-1},{"n":"x","v":1,"t":-2}]""");

        Assert.Equal(SenMlTime.EarliestAbsoluteNs, batch.Readings[0].TimeNs);
        Assert.Equal(SenMlTime.EarliestAbsoluteNs, batch.Readings[1].TimeNs);
        Assert.Equal(Packs.ReceivedAtNs + SenMlTime.EarliestAbsoluteNs - Second, batch.Readings[2].TimeNs);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_sum_alone_is_a_reading_without_a_value(Form form)
    {
        var batch = Packs.Decode(form, """[{"n":"energy","s":12.5},{"n":"energy","v":1}]""");

        Assert.Equal((ReadingKind.None, 12.5, ReadingDefect.None), (batch.Readings[0].Kind, batch.Readings[0].Sum, batch.Readings[0].Defect));
        Assert.True(batch.Readings[0].HasSum);
        Assert.False(batch.Readings[1].HasSum);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_missing_value_or_sum_counts_as_0_where_its_base_is_in_force(Form form)
    {
        var batch = Packs.Decode(form, """[{"bv":5},{"n":"a"},{"n":"b","vs":"x"},{"bs":7,"n":"c","vb":true}]""");

        Assert.Equal((ReadingKind.Float, 5.0), (batch.Readings[0].Kind, batch.Readings[0].Number));
        Assert.Equal((ReadingKind.String, ReadingDefect.None), (batch.Readings[1].Kind, batch.Readings[1].Defect));
        Assert.Equal((ReadingKind.Boolean, 1.0, 7.0), (batch.Readings[2].Kind, batch.Readings[2].Number, batch.Readings[2].Sum));
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_record_of_base_fields_and_identity_alone_is_no_reading(Form form)
    {
        var batch = Packs.Decode(form, """[{"bn":"pump-7:","bt":1700000000,"bu":"V","bv":0,"bs":0,"bver":10,"epoch":"00000000000000ff","seq":3},{"n":"x","v":1}]""");

        Assert.Equal(1, batch.Count);
        Assert.Equal(new BatchIdentity(255, 3, 0), batch.Identity);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_pack_may_hold_no_reading(Form form)
    {
        var batch = Packs.Decode(form, """[{}]""");

        Assert.Equal(0, batch.Count);
        Assert.Null(batch.Identity);
        Assert.Equal(Packs.Pump, batch.Device);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void Unknown_labels_are_ignored_with_all_that_is_under_them(Form form)
    {
        var batch = Packs.Decode(form, """
            [{"ct":"60","x":[1,[2,{"v":9,"n":"no"}],null,true,-1.5,"ü"],"n":"x","o":{"a":{"b":[]}},"v":1,"vx":false,"blah":{}}]
            """);

        Assert.Equal("x", batch.Name(0));
        Assert.Equal((1.0, ReadingDefect.None), (batch.Readings[0].Number, batch.Readings[0].Defect));
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void Identity_is_epoch_seq_and_first(Form form)
    {
        var batch = Packs.Decode(form, """[{"n":"x","v":1,"first":18446744073709551614,"seq":18446744073709551615,"epoch":"FEDCba9876543210"}]""");

        Assert.Equal(new BatchIdentity(0xFEDCBA9876543210, ulong.MaxValue, ulong.MaxValue - 1), batch.Identity);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void An_update_time_is_taken_and_not_kept(Form form)
    {
        var batch = Packs.Decode(form, """[{"n":"x","v":1,"ut":600}]""");

        Assert.Equal((Packs.ReceivedAtNs, ReadingDefect.None), (batch.Readings[0].TimeNs, batch.Readings[0].Defect));
    }

    [Theory]
    [InlineData(Form.Json, 1), InlineData(Form.Cbor, 1), InlineData(Form.Json, 5), InlineData(Form.Cbor, 10)]
    public void Versions_1_to_10_are_read(Form form, int version)
    {
        Assert.Equal(1, Packs.Decode(form, $$"""[{"bver":{{version}},"n":"x","v":1}]""").Count);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_batch_is_cleared_before_it_is_filled(Form form)
    {
        var batch = Packs.Decode(form, """[{"n":"x","v":1,"epoch":"0000000000000001","seq":1}]""");

        Assert.True(Packs.TryDecode(form, Packs.Bytes(form, """[{"n":"y","v":2}]"""), Packs.Context("other"), batch, out _));

        Assert.Equal(["y"], batch.Names());
        Assert.Equal("other", batch.Device.Value);
        Assert.Null(batch.Identity);
    }
}
