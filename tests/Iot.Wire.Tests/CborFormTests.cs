namespace Iot.Wire.Tests;

/// <summary>The many ways in which CBOR may say one thing.</summary>
public class CborFormTests
{
    [Theory]
    [InlineData("82" + "A200617802181E" + "A200617902F5")] // definite
    [InlineData("9F" + "BF00617802181EFF" + "BF00617902F5FF" + "FF")] // indefinite
    [InlineData("9F" + "BF007F60617860FF02181EFF" + "A2007F6179FF02F5" + "FF")] // names in pieces
    [InlineData("9A00000002" + "B802" + "00" + "780178" + "02181E" + "B90002" + "00" + "7A0000000179" + "02F5")] // longer than need be
    public void Arrays_maps_and_texts_may_be_indefinite(string hex)
    {
        var batch = Decode(hex);

        Assert.Equal(["x", "y"], batch.Names());
        Assert.Equal(30, batch.Readings[0].Number);
        Assert.Equal(ReadingDefect.BadValue, batch.Readings[1].Defect);
    }

    [Theory]
    [InlineData("00", 0)]
    [InlineData("1903E8", 1000)]
    [InlineData("1BFFFFFFFFFFFFFFFF", 18446744073709551615.0)]
    [InlineData("20", -1)]
    [InlineData("3BFFFFFFFFFFFFFFFF", -18446744073709551616.0)]
    [InlineData("F93E00", 1.5)]
    [InlineData("F90001", 5.9604644775390625e-8)]
    [InlineData("FA47C35000", 100000)]
    [InlineData("FB3FF199999999999A", 1.1)]
    [InlineData("C48221196AB3", 273.15)]
    [InlineData("C49F21196AB3FF", 273.15)]
    [InlineData("C4823863396AB2", -27315e-100)]
    [InlineData("C482193000" + "00", 0)]
    [InlineData("C48200" + "1BFFFFFFFFFFFFFFFF", 18446744073709551615.0)]
    public void Numbers_come_in_every_width_and_as_decimal_fractions(string hex, double value)
    {
        var reading = Decode("81A200617802" + hex).Readings[0];

        Assert.Equal((value, ReadingDefect.None), (reading.Number, reading.Defect));
    }

    [Theory]
    [InlineData("C24101")] // bignum
    [InlineData("C48221C24101")] // decimal fraction of a bignum
    [InlineData("C48121")] // of one item
    [InlineData("C583210100")] // bigfloat of three
    [InlineData("C482213BFFFFFFFFFFFFFFFF")] // beyond 64 bits
    [InlineData("F7")]
    public void Other_things_under_v_are_bad_values(string hex)
    {
        var batch = Decode("82A200617802" + hex + "A20061790201");

        Assert.Equal([ReadingDefect.BadValue, ReadingDefect.None], batch.Readings.ToArray().Select(r => r.Defect));
    }

    [Theory]
    [InlineData("1A6553F100", 1_700_000_000_000_000_000)]
    [InlineData("FB41D954FC40200000", 1_700_000_000_500_000_000)]
    [InlineData("C482281B17979CFE362A0001", 1_700_000_000_000_000_001)]
    [InlineData("C482221B0000018BCFE5687B", 1_700_000_000_123_000_000)]
    [InlineData("C482291B17979CFE362A0000", 170_000_000_000_000_000 + Packs.ReceivedAtNs)]
    [InlineData("C4820A00", Packs.ReceivedAtNs)]
    [InlineData("F93800", Packs.ReceivedAtNs + 500_000_000)]
    [InlineData("F9B800", Packs.ReceivedAtNs - 500_000_000)]
    [InlineData("29", Packs.ReceivedAtNs - 10_000_000_000)]
    public void Times_are_exact_in_every_form(string hex, long timeNs)
    {
        var reading = Decode("81A3006178020106" + hex).Readings[0];

        Assert.Equal((timeNs, ReadingDefect.None), (reading.TimeNs, reading.Defect));
    }

    [Fact]
    public void The_text_labels_of_json_are_understood()
    {
        var batch = Decode("81" + "A4" + "62626E" + "6770756D702D373A" + "616E" + "6178" + "6176" + "01" + "6174" + "1A6553F100");

        Assert.Equal("x", batch.Name(0));
        Assert.Equal(1_700_000_000_000_000_000, batch.Readings[0].TimeNs);
    }

    [Fact]
    public void A_label_may_come_in_pieces()
    {
        var batch = Decode("81" + "A3" + "7F616EFF" + "6178" + "7F6176FF" + "05" + "7F646269675FFF" + "01");

        Assert.Equal("x", batch.Name(0));
        Assert.Equal(ReadingDefect.MustUnderstand, batch.Readings[0].Defect);
    }

    [Fact]
    public void Keys_that_are_no_labels_are_ignored()
    {
        var batch = Decode("81" + "A7" + "0061780201" + "09F6" + "26F6" + "4161" + "05" + "F4" + "05" + "FB3FF0000000000000" + "05");

        Assert.Equal((1.0, ReadingDefect.None), (batch.Readings[0].Number, batch.Readings[0].Defect));
    }

    [Fact]
    public void Data_in_pieces_is_put_together()
    {
        var batch = Decode("81A2006178085F42010240420304FF");

        Assert.Equal([1, 2, 3, 4], batch.Utf8(batch.Readings[0].Text).ToArray());
    }

    [Fact]
    public void A_count_that_lies_is_met_at_the_end_of_the_bytes()
    {
        Assert.Equal(DecodeError.Truncated, Packs.Refused(Form.Cbor, Convert.FromHexString("9BFFFFFFFFFFFFFFFFA0")).Error);
        Assert.Equal(DecodeError.Truncated, Packs.Refused(Form.Cbor, Convert.FromHexString("81BBFFFFFFFFFFFFFFFF0201")).Error);
        Assert.Equal(DecodeError.Truncated, Packs.Refused(Form.Cbor, Convert.FromHexString("81A1007BFFFFFFFFFFFFFFFF61")).Error);
        Assert.Equal(DecodeError.Truncated, Packs.Refused(Form.Cbor, Convert.FromHexString("81A161789BFFFFFFFFFFFFFFFF00")).Error);
    }

    private static ReadingBatch Decode(string hex)
    {
        var batch = new ReadingBatch();
        var decoded = SenMlCborDecoder.TryDecode(Convert.FromHexString(hex), Packs.Context(), batch, out var why);
        Assert.True(decoded, why.ToString());
        return batch;
    }
}
