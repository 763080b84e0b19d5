using System.Text;

namespace Iot.Wire.Tests;

/// <summary>The bytes that stand in WIRE.md. A change here is a change of what agents in the field send.</summary>
public class GoldenBytesTests
{
    private const long At = 1_760_000_000_500_000_000;

    [Fact]
    public void A_pack_in_cbor() =>
        Assert.Equal(
            "83" +                                        // three records
            "A9" +                                        // the first: nine labels
            "21" + "6B" + "70756D702D373A656E762F" +      // bn "pump-7:env/"
            "22" + "C4" + "82" + "20" + "1B00000004190AB005" + // bt 17600000005 · 10^-1
            "65" + "65706F6368" + "1B0123456789ABCDEF" +  // epoch
            "63" + "736571" + "182A" +                    // seq 42
            "65" + "6669727374" + "1828" +                // first 40
            "00" + "6B" + "74656D7065726174757265" +      // n "temperature"
            "01" + "63" + "43656C" +                      // u "Cel"
            "02" + "C4" + "82" + "21" + "190863" +        // v 2147 · 10^-2
            "05" + "1903E8" +                             // s 1000
            "A3" +
            "00" + "68" + "68756D6964697479" +            // n "humidity"
            "02" + "F95130" +                             // v 41.5, a half
            "06" + "C4" + "82" + "21" + "1819" +          // t 25 · 10^-2
            "A3" +
            "00" + "64" + "6F70656E" +                    // n "open"
            "04" + "F5" +                                 // vb true
            "06" + "24",                                  // t -5
            Convert.ToHexString(Packs.Encode(Form.Cbor, Pack())));

    [Fact]
    public void A_pack_in_json() =>
        Assert.Equal(
            """[{"bn":"pump-7:env/","bt":1760000000.5,"epoch":"0123456789abcdef","seq":42,"first":40,"n":"temperature","u":"Cel","v":21.47,"s":1000},""" +
            """{"n":"humidity","v":41.5,"t":0.25},""" +
            """{"n":"open","vb":true,"t":-5}]""",
            Encoding.UTF8.GetString(Packs.Encode(Form.Json, Pack())));

    [Fact]
    public void One_sensor_in_cbor_says_its_name_and_unit_once() =>
        Assert.Equal(
            "86" +
            "A4" +
            "21" + "6C" + "70756D702D373A6C6576656C" +    // bn "pump-7:level"
            "22" + "C4" + "82" + "20" + "1B00000004190AB005" +
            "23" + "61" + "6D" +                          // bu "m"
            "02" + "01" +                                 // 1, an integer
            "A2" + "02" + "F93E00" + "06C482281A3B9ACA01" + // 1.5, a half; t 1000000001 · 10^-9
            "A2" + "02" + "FA3DCCCCCD" + "06C482281A77359402" + // 0.1f, a single
            "A2" + "02" + "C48221187B" + "06C482281AB2D05E03" + // 1.23, a decimal fraction
            "A2" + "02" + "F98000" + "06C482281AEE6B2804" + // -0.0
            "A2" + "02" + "FB7E37E43C8800759C" + "06C482281B000000012A05F205", // 1e300, a double
            Convert.ToHexString(Packs.Encode(Form.Cbor, OneSensor())));

    [Fact]
    public void One_sensor_in_json_says_its_name_and_unit_once() =>
        Assert.StartsWith(
            """[{"bn":"pump-7:level","bt":1760000000.5,"bu":"m","v":1},{"v":1.5,"t":1.000000001},{"v":0.10000000149011612,""",
            Encoding.UTF8.GetString(Packs.Encode(Form.Json, OneSensor())),
            StringComparison.Ordinal);

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_number_that_is_not_finite_costs_its_reading_alone(Form form)
    {
        var batch = OneSensor();
        batch.Replace(0, batch.Readings[0] with { Number = double.NaN });
        batch.Replace(2, batch.Readings[2] with { Number = double.NegativeInfinity });
        var read = new ReadingBatch();

        Assert.True(Packs.TryDecode(form, Packs.Encode(form, batch), Packs.Context(), read, out _));

        var refused = form == Form.Json ? ReadingDefect.NoValue : ReadingDefect.NotFinite;
        Assert.Equal([refused, default, refused, default, default, default], read.Readings.ToArray().Select(r => r.Defect));
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_time_that_SenML_cannot_carry_is_not_encoded(Form form)
    {
        var batch = OneSensor();
        batch.Replace(1, batch.Readings[1] with { TimeNs = SenMlTime.EarliestAbsoluteNs - 1 });

        Assert.Throws<ArgumentException>(() => Packs.Encode(form, batch));
    }

    internal static ReadingBatch Pack()
    {
        var batch = new ReadingBatch { Device = Packs.Pump, Identity = new(0x0123456789ABCDEF, 42, 40) };
        var environment = batch.AddText("env");
        Add(batch, new() { Measurement = environment, Field = batch.AddText("temperature"), Unit = batch.AddText("Cel"), TimeNs = At, Kind = ReadingKind.Float, Number = 21.47, Sum = 1000 });
        Add(batch, new() { Measurement = environment, Field = batch.AddText("humidity"), TimeNs = At + 250_000_000, Kind = ReadingKind.Float, Number = 41.5, Sum = double.NaN });
        Add(batch, new() { Measurement = environment, Field = batch.AddText("open"), TimeNs = At - 5_000_000_000, Kind = ReadingKind.Boolean, Number = 1, Sum = double.NaN });
        return batch;
    }

    private static ReadingBatch OneSensor()
    {
        var batch = new ReadingBatch { Device = Packs.Pump };
        var (field, unit) = (batch.AddText("level"), batch.AddText("m"));
        double[] levels = [1, 1.5, 0.1f, 1.23, -0.0, 1e300];
        for (var i = 0; i < levels.Length; i++)
            Add(batch, new() { Field = field, Unit = unit, TimeNs = At + i * 1_000_000_001L, Kind = ReadingKind.Float, Number = levels[i], Sum = double.NaN });
        return batch;
    }

    private static void Add(ReadingBatch batch, Reading reading) => batch.Add(reading);
}
