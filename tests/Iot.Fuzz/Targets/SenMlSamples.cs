using System.Buffers;
using System.Text;
using Iot.Wire;

namespace Iot.Fuzz;

/// <summary>Packs of the device <c>pump-7</c>: the shapes of the examples of RFC 8428, and what those do not show.</summary>
internal static class SenMlSamples
{
    public static IReadOnlyList<string> Json { get; } =
    [
        """[{"n":"urn:dev:ow:pump-7:temp","u":"Cel","v":23.1}]""",
        """[{"bn":"urn:dev:ow:pump-7:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":1.2},{"n":"current","v":1.7}]""",
        """[{"bn":"pump-7:p","bt":1.320067464e+09,"bu":"%RH","v":20},{"u":"lon","v":24.30621},{"t":60,"v":20.3},{"u":"%EL","t":150,"v":98}]""",
        """[{"bn":"pump-7:","n":"temp","u":"Cel","v":23.1},{"n":"label","vs":"Machine Room"},{"n":"open","vb":false},{"n":"nfc-reader","vd":"aGkgCg"}]""",
        """[{"bn":"2001:db8::2/","bt":1.320078429e+09,"n":"temperature","u":"Cel","v":25.2},{"bn":"pump-7/","n":"humidity","u":"%RH","v":67}]""",
        """[{"bn":"pump-7:env/","bt":1760000000.5,"epoch":"0123456789abcdef","seq":42,"first":40,"n":"temperature","u":"Cel","v":21.47,"s":1000},{"n":"humidity","v":41.5,"t":0.25},{"n":"open","vb":true,"t":-5}]""",
        """[{"bn":"pump-7:","bv":1,"bs":2,"bver":10,"n":"a","u":"m\u00b3","v":1e-3,"s":1e3,"ut":3,"x":[1,{"y":[null,true]}]},{"n":"b","vs":"\ud83d\ude00 \"\\\/\b\f\n\r\t"},{"n":"d","must_":1}]""",
        """[{"n":"a","v":12345678901234567890123},{"n":"b","v":-0.0},{"n":"c","v":1.7976931348623157e308},{"n":"d","s":5},{"n":"e","t":4102444800,"vb":true}]""",
    ];

    public static IReadOnlyList<byte[]> Cbor { get; } =
    [
        .. Json.Select(AsCbor),
        // Definite and indefinite, in pieces, longer than need be; numbers of every width; texts as labels.
        .. new[]
        {
            "9FBF007F60617860FF02181EFFA2007F6179FF02F5FF",
            "9A00000002B8020078017802181EB90002007A000000017902F5",
            "86A200617802C48221196AB3A200617802FA47C35000A200617802FB3FF199999999999AA200617802F93E00A200617802C49F21196AB3FFA2006178023BFFFFFFFFFFFFFFFF",
            "81A462626E6770756D702D373A616E6178617601" + "61741A6553F100",
            "81A2006178085F42010240420304FF",
            "81A300617802016178" + "8201A16179F6",
            "81A300617802017F626D5FFF" + "BF0102FF",
        }.Select(Convert.FromHexString),
    ];

    private static byte[] AsCbor(string json)
    {
        var batch = new ReadingBatch();
        if (!SenMlJsonDecoder.TryDecode(Encoding.UTF8.GetBytes(json), SenMlPromises.Context, batch, out var why)) throw new FormatException($"{json}: {why}");

        var bytes = new ArrayBufferWriter<byte>();
        SenMlCborEncoder.Encode(batch, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
