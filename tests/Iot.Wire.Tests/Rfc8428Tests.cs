namespace Iot.Wire.Tests;

/// <summary>The examples of RFC 8428 sections 5.1 and 6. The RFC's device is the topic's device.</summary>
public class Rfc8428Tests
{
    private const string Device = "10e2073a01080063";

    /// <summary>Section 5.1.2 shortens the device so that the base name is 27 bytes.</summary>
    private const string ShortDevice = "10e2073a0108006";

    private const long BaseNs = 1_276_020_076_001_000_000;

    private const string MultipleDatapoints = """
        [
          {"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,
           "bu":"A","bver":5,
           "n":"voltage","u":"V","v":120.1},
          {"n":"current","t":-5,"v":1.2},
          {"n":"current","t":-4,"v":1.3},
          {"n":"current","t":-3,"v":1.4},
          {"n":"current","t":-2,"v":1.5},
          {"n":"current","t":-1,"v":1.6},
          {"n":"current","v":1.7}
        ]
        """;

    /// <summary>Section 6: the pack above.</summary>
    private const string CborExample =
        "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b00106223614120050067766f6c7461676501615602fb405e066666666666" +
        "a3006763757272656e74062402fb3ff3333333333333" +
        "a3006763757272656e74062302fb3ff4cccccccccccd" +
        "a3006763757272656e74062202fb3ff6666666666666" +
        "a3006763757272656e74062102f93e00" +
        "a3006763757272656e74062002fb3ff999999999999a" +
        "a3006763757272656e74060002fb3ffb333333333333";

    [Fact]
    public void A_single_datapoint_that_names_only_the_device_has_no_field()
    {
        var batch = Packs.Decode(Form.Json, """[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]""", Device);

        Assert.Equal(ReadingDefect.BadName, batch.Readings[0].Defect);
        Assert.Equal(23.1, batch.Readings[0].Number);
    }

    [Fact]
    public void Two_sensors_share_a_base_name()
    {
        var batch = Packs.Decode(Form.Json, """
            [
              {"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},
              {"n":"current","u":"A","v":1.2}
            ]
            """, Device);

        Assert.Equal(["voltage", "current"], batch.Names());
        Assert.Equal(120.1, batch.Readings[0].Number);
        Assert.Equal("A", batch.Text(batch.Readings[1].Unit));
        Assert.All(batch.Readings.ToArray(), r => Assert.Equal(Packs.ReceivedAtNs, r.TimeNs));
    }

    [Fact]
    public void Multiple_datapoints_in_json()
    {
        AssertMultipleDatapoints(Packs.Decode(Form.Json, MultipleDatapoints, ShortDevice));
    }

    [Fact]
    public void Multiple_datapoints_in_cbor()
    {
        var payload = Convert.FromHexString(CborExample);
        var batch = new ReadingBatch();

        Assert.True(SenMlCborDecoder.TryDecode(payload, Packs.Context(ShortDevice), batch, out _));

        AssertMultipleDatapoints(batch);
    }

    private static void AssertMultipleDatapoints(ReadingBatch batch)
    {
        Assert.Equal(["voltage", "current", "current", "current", "current", "current", "current"], batch.Names());
        Assert.Equal([120.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7], batch.Readings.ToArray().Select(r => r.Number));
        Assert.Equal([0L, -5, -4, -3, -2, -1, 0], batch.Readings.ToArray().Select(r => (r.TimeNs - BaseNs) / 1_000_000_000));
        Assert.All(batch.Readings.ToArray(), r => Assert.Equal(0, (r.TimeNs - BaseNs) % 1_000_000_000));
        Assert.Equal(["V", "A", "A", "A", "A", "A", "A"], batch.Readings.ToArray().Select(r => batch.Text(r.Unit)));
        Assert.All(batch.Readings.ToArray(), r => Assert.Equal(ReadingDefect.None, r.Defect));
    }

    /// <summary>Here with a field: the RFC's own has none, and lets the unit alone tell position from humidity.</summary>
    [Fact]
    public void Multiple_measurements_of_a_moving_sensor()
    {
        var batch = Packs.Decode(Form.Json, """
            [
              {"bn":"urn:dev:ow:10e2073a01080063:p","bt":1.320067464e+09,
               "bu":"%RH","v":20},
              {"u":"lon","v":24.30621},
              {"u":"lat","v":60.07965},
              {"t":60,"v":20.3},
              {"u":"lon","t":60,"v":24.30622},
              {"u":"lat","t":60,"v":60.07965},
              {"t":120,"v":20.7},
              {"u":"%EL","t":150,"v":98}
            ]
            """, Device);

        Assert.All(batch.Names(), name => Assert.Equal("p", name));
        Assert.Equal(["%RH", "lon", "lat", "%RH", "lon", "lat", "%RH", "%EL"], batch.Readings.ToArray().Select(r => batch.Text(r.Unit)));
        Assert.Equal(1_320_067_464_000_000_000, batch.Readings[0].TimeNs);
        Assert.Equal(1_320_067_614_000_000_000, batch.Readings[7].TimeNs);
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void Multiple_data_types(Form form)
    {
        var batch = Packs.Decode(form, """
            [
              {"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
              {"n":"label","vs":"Machine Room"},
              {"n":"open","vb":false},
              {"n":"nfc-reader","vd":"aGkgCg"}
            ]
            """, Device);

        Assert.Equal([ReadingKind.Float, ReadingKind.String, ReadingKind.Boolean, ReadingKind.Data], batch.Readings.ToArray().Select(r => r.Kind));
        Assert.Equal(23.1, batch.Readings[0].Number);
        Assert.Equal("Machine Room", batch.Text(batch.Readings[1].Text));
        Assert.Equal(0, batch.Readings[2].Number);
        Assert.Equal("hi \n", batch.Text(batch.Readings[3].Text));
    }

    [Fact]
    public void A_collection_of_other_things_is_foreign()
    {
        var batch = Packs.Decode(Form.Json, """
            [
              {"bn":"2001:db8::2/","bt":1.320078429e+09,
               "n":"temperature","u":"Cel","v":25.2},
              {"n":"humidity","u":"%RH","v":30},
              {"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":12.3},
              {"n":"humidity","u":"%RH","v":67}
            ]
            """, Device);

        Assert.Equal(4, batch.Count);
        Assert.All(batch.Readings.ToArray(), r => Assert.Equal(ReadingDefect.ForeignDevice, r.Defect));
        Assert.Equal("2001:db8::1/humidity", batch.Text(batch.Readings[3].Field));
    }

    [Fact]
    public void Setting_an_actuator_is_read_like_any_pack()
    {
        var batch = Packs.Decode(Form.Json, """[{"bn":"urn:dev:ow:10e2073a01080063:", "n":"lock","vb":true}]""", Device);

        Assert.Equal((ReadingKind.Boolean, 1.0), (batch.Readings[0].Kind, batch.Readings[0].Number));
    }
}
