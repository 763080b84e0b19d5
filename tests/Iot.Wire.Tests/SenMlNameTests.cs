namespace Iot.Wire.Tests;

/// <summary>WIRE.md, "Names", case by case, on the topic of <c>pump-7</c>.</summary>
public class SenMlNameTests
{
    [Theory]
    [InlineData("", "temperature", "", "temperature")]
    [InlineData("", "env/temperature", "env", "temperature")]
    [InlineData("", "env/air/temperature", "env", "air/temperature")]
    [InlineData("pump-7:", "env/temperature", "env", "temperature")]
    [InlineData("pump-7/", "env/temperature", "env", "temperature")]
    [InlineData("pump-7/env/", "temperature", "env", "temperature")]
    [InlineData("pump-7:env/temperature", "", "env", "temperature")]
    [InlineData("pump", "-7:x", "", "x")]
    [InlineData("urn:dev:ow:pump-7:", "temperature", "", "temperature")]
    [InlineData("urn:dev:ow:pump-7/", "env/temperature", "env", "temperature")]
    [InlineData("urn:dev:pump-7:", "temperature", "", "temperature")]
    [InlineData("", "urn:dev:mac:pump-7:temperature", "", "temperature")]
    [InlineData("pump-7:pump-7/", "x", "pump-7", "x")]
    [InlineData("", "pump-7", "", "pump-7")]
    [InlineData("", "pump-77/x", "pump-77", "x")]
    [InlineData("", "modbus:40001", "", "modbus:40001")]
    [InlineData("env/a:b/", "x", "env", "a:b/x")]
    [InlineData("pump-7:", "_x", "", "_x")]
    public void A_name_is_measurement_and_field_behind_an_optional_device(string bn, string n, string measurement, string field)
    {
        var batch = Packs.Decode(Form.Cbor, $$"""[{"bn":"{{bn}}","n":"{{n}}","v":1}]""");

        var reading = batch.Readings[0];
        Assert.Equal(ReadingDefect.None, reading.Defect);
        Assert.Equal((measurement, field), (batch.Text(reading.Measurement), batch.Text(reading.Field)));
    }

    [Theory]
    [InlineData("urn:dev:ow:pump-8:", "temperature")]
    [InlineData("urn:dev:ow:pump-77:", "temperature")]
    [InlineData("urn:dev:ow:pump-8", "")]
    [InlineData("", "urn:dev:ow:")]
    [InlineData("pump-8:", "temperature")]
    [InlineData("pump-8:env/", "temperature")]
    [InlineData("urn:uuid:1234:", "temperature")]
    public void A_name_of_another_device_is_foreign(string bn, string n) =>
        Assert.Equal(ReadingDefect.ForeignDevice, Defect(bn, n));

    [Theory]
    [InlineData("", "")]
    [InlineData("pump-7:", "")]
    [InlineData("urn:dev:ow:pump-7:", "")]
    [InlineData("", "_temperature")]
    [InlineData("", "/temperature")]
    [InlineData("", "env/")]
    [InlineData("pump-7/", "/x")]
    [InlineData("", "air temperature")]
    [InlineData("", "a,b")]
    [InlineData("", "größe")]
    public void A_name_with_nothing_left_or_a_forbidden_character_is_bad(string bn, string n) =>
        Assert.Equal(ReadingDefect.BadName, Defect(bn, n));

    [Fact]
    public void A_name_of_255_bytes_is_taken_and_one_of_256_is_bad()
    {
        Assert.Equal(ReadingDefect.None, Defect("a", new('b', 254)));
        Assert.Equal(ReadingDefect.BadName, Defect("a", new('b', 255)));
    }

    [Fact]
    public void A_long_base_name_is_not_copied_for_every_record()
    {
        var records = string.Join(',', Enumerable.Repeat("""{"v":1}""", 1000));
        var batch = Packs.Decode(Form.Json, $$"""[{"bn":"{{new string('a', 50_000)}}"},{{records}}]""");

        Assert.Equal(1000, batch.Count);
        Assert.InRange(batch.AddText("x"u8).Start, 0, 100_000);
    }

    [Fact]
    public void Readings_of_one_name_share_their_text()
    {
        var batch = Packs.Decode(Form.Cbor, """[{"n":"env/a","v":1},{"n":"env/b","v":1},{"n":"env/a","v":2}]""");

        Assert.Equal(batch.Readings[0].Field, batch.Readings[2].Field);
        Assert.Equal(["env/a", "env/b", "env/a"], batch.Names());
    }

    [Fact]
    public void A_new_base_name_counts_for_names_already_said()
    {
        var batch = Packs.Decode(Form.Cbor, """[{"bn":"x/","n":"a","v":1},{"bn":"y/","n":"a","v":1},{"n":"a","v":1}]""");

        Assert.Equal(["x/a", "y/a", "y/a"], batch.Names());
    }

    [Fact]
    public void Many_names_are_told_apart()
    {
        var names = Enumerable.Range(0, 300).Select(i => $"n{i % 150:d3}").ToArray();
        var batch = Packs.Decode(Form.Json, $"[{string.Join(',', names.Select(n => $$"""{"n":"{{n}}","v":1}"""))}]");

        Assert.Equal(names, batch.Names());
    }

    private static ReadingDefect Defect(string bn, string n) =>
        Packs.Decode(Form.Json, $$"""[{"bn":"{{bn}}","n":"{{n}}","v":1}]""").Readings[0].Defect;
}
