using System.Text;

namespace Iot.Wire.Tests;

/// <summary>What a pack says of the clock behind its times; WIRE.md, Clock.</summary>
public class BatchClockTests
{
    private const long At = 1_760_000_000_500_000_000;

    public static TheoryData<Form> Forms => [Form.Json, Form.Cbor];

    [Fact]
    public void In_cbor_it_stands_behind_the_identity() => Assert.Contains(
        "736571" + "07" + "65" + "636C6F636B" + "04" + "64" + "736B6577" + "F93000" + "00", // skew 0.125, a half; then n
        Convert.ToHexString(Packs.Encode(Form.Cbor, Said(new(ClockState.Gateway, 0.125)))), StringComparison.Ordinal);

    [Fact]
    public void In_json_it_stands_behind_the_identity() => Assert.Contains(
        "\"seq\":7,\"clock\":4,\"skew\":0.125,\"n\":", Encoding.UTF8.GetString(Packs.Encode(Form.Json, Said(new(ClockState.Gateway, 0.125)))), StringComparison.Ordinal);

    [Fact]
    public void Its_document_names_every_state_by_number()
    {
        var document = File.ReadAllText(Path.Combine(Testing.RepositoryRoot.Path, "gateway", "Iot.Wire", "WIRE.md"));
        foreach (var state in Enum.GetValues<ClockState>()) Assert.Contains($"| {(int)state} | `{state}` |", document, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Every_state_with_and_without_a_skew_is_read_as_it_was_written(Form form)
    {
        foreach (var state in Enum.GetValues<ClockState>())
        {
            foreach (var skew in new[] { double.NaN, 0, -0.012, 63_072_000.5 })
            {
                var read = Read(form, Packs.Encode(form, Said(new(state, skew))));
                Assert.Equal(new BatchClock(state, skew), read.Clock);
                Assert.All(read.Readings.ToArray(), reading => Assert.Equal(ReadingDefect.None, reading.Defect));
            }
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_pack_that_says_nothing_says_nothing(Form form) => Assert.Null(Read(form, Packs.Encode(form, Said(clock: null))).Clock);

    [Theory]
    [InlineData("\"clock\":5"), InlineData("\"clock\":18446744073709551615"), InlineData("\"clock\":-1"), InlineData("\"clock\":\"x\""), InlineData("\"clock\":[1,{\"a\":2}]")]
    [InlineData("\"clock\":true"), InlineData("\"skew\":1"), InlineData("\"clock\":1.5,\"skew\":null")]
    public void What_cannot_be_understood_costs_nothing_and_says_nothing(string labels)
    {
        foreach (var form in new[] { Form.Json, Form.Cbor })
        {
            var read = Read(form, Packs.Bytes(form, $$"""[{{{labels}},"epoch":"00000000000000ff","seq":1,"n":"x","v":1,"bt":1700000000}]"""));
            Assert.Null(read.Clock);
            Assert.Equal(ReadingDefect.None, Assert.Single(read.Readings.ToArray()).Defect);
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_skew_that_is_no_number_leaves_the_state(Form form)
    {
        var read = Read(form, Packs.Bytes(form, """[{"clock":1,"skew":"much","n":"x","v":1}]"""));
        Assert.Equal(new BatchClock(ClockState.Unsynchronised, double.NaN), read.Clock);
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_later_record_says_nothing(Form form)
    {
        var read = Read(form, Packs.Bytes(form, """[{"n":"x","v":1},{"clock":1,"skew":2,"n":"y","v":1}]"""));
        Assert.Null(read.Clock);
        Assert.Equal(2, read.Count);
    }

    private static ReadingBatch Read(Form form, byte[] bytes)
    {
        var read = new ReadingBatch { Clock = new(ClockState.Estimated, 9) }; // of the batch before
        Assert.True(Packs.TryDecode(form, bytes, Packs.Context(), read, out var why), why.ToString());
        return read;
    }

    private static ReadingBatch Said(BatchClock? clock)
    {
        var batch = new ReadingBatch { Device = Packs.Pump, Identity = new(1, 7, 0), Clock = clock };
        batch.Add(new() { Field = batch.AddText("x"u8), TimeNs = At, Number = 1, Sum = double.NaN, Kind = ReadingKind.Float });
        batch.Add(new() { Field = batch.AddText("y"u8), TimeNs = At, Number = 1, Sum = double.NaN, Kind = ReadingKind.Float });
        return batch;
    }
}
