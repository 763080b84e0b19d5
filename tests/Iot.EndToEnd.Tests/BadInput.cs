using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Iot.EndToEnd.Tests;

/// <summary>One thing a device may get wrong, as bytes.</summary>
/// <param name="Device">Who sends it, and nothing else but a good reading after it.</param>
/// <param name="Reason">As the API and metrics name it.</param>
/// <param name="Neighbours">Good readings in the same message.</param>
public sealed record BadInput(string Device, byte[] Payload, string Reason, int Neighbours)
{
    private const int Bomb = 32 * 1024 * 1024;

    /// <summary>Devices named <c>strict-*</c> have a schema: temperature is a float in Cel.</summary>
    public const string Schema = """{"type":"strict","devices":["strict-*"],"metrics":{"temperature":{"unit":"Cel"}}}""";

    public bool WholeMessage => Neighbours == 0;

    public static IReadOnlyDictionary<string, BadInput> All { get; } = new Dictionary<string, BadInput>
    {
        ["garbage"] = new("garbage-1", [0x00, 0xC3, 0x28, 0xFF, 0x07], "unknown_format", 0),
        ["nothing at all"] = new("empty-1", [], "empty", 0),
        ["broken JSON"] = Text("broken-1", """[{"n":"t","v":1}, {"n" """, "truncated", 0),
        ["truncated CBOR"] = new("truncated-1", [0x82, 0xA2, 0x00, 0x61, 0x61, 0x02], "truncated", 0),
        ["deep JSON"] = Text("deep-1", $$"""[{"n":"t","v":1,"x":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}]""", "too_deep", 0),
        ["gzip bomb"] = new("gzip-1", Gzip(new byte[Bomb]), "too_large", 0),
        ["zstd bomb"] = new("zstd-1", Zstd(new byte[Bomb]), "too_large", 0),
        ["damaged gzip"] = new("damaged-1", [.. Gzip(new byte[1000])[..^6], 1, 2, 3, 4, 5, 6], "bad_compression", 0),
        ["100,000 readings"] = new("many-1", Gzip(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("""{"n":"t","v":1}""", 100_000))}]")), "too_many_readings", 0),
        ["invalid UTF-8"] = new("utf8-1", [.. """[{"n":"t","vs":" """u8, 0xFF, 0xFE, .. "\"}]"u8], "invalid_utf8", 0),
        ["another device in bn"] = Text("foreign-1", """[{"bn":"urn:dev:ow:somebody-else:","n":"t","v":1},{"bn":"","n":"good","v":1}]""", "foreign_device", 1),
        ["NaN"] = new("nan-1", [0x82, 0xA2, 0x00, 0x61, 0x61, 0x02, 0xF9, 0x7E, 0x00, 0xA2, 0x00, 0x64, .. "good"u8, 0x02, 0x01], "not_finite", 1),
        ["infinity"] = Text("infinite-1", """[{"n":"t","v":1e999},{"n":"good","v":1}]""", "not_finite", 1),
        ["far future"] = Text("future-1", """[{"n":"t","t":4102444800,"v":1},{"n":"good","v":1}]""", "from_the_future", 1),
        ["unknown unit"] = Text("strict-unit", """[{"n":"temperature","u":"degF","v":70},{"n":"temperature","u":"Cel","v":21}]""", "wrong_unit", 1),
        ["mixed kinds"] = Text("strict-kind", """[{"n":"temperature","u":"Cel","vb":true},{"n":"temperature","u":"Cel","v":21}]""", "wrong_kind", 1),
        ["duplicate labels"] = Text("label-1", """[{"n":"t","v":1,"v":2},{"n":"good","v":1}]""", "duplicate_label", 1),
    };

    private static BadInput Text(string device, string json, string reason, int neighbours) => new(device, Encoding.UTF8.GetBytes(json), reason, neighbours);

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(plain);
        return packed.ToArray();
    }

    private static byte[] Zstd(byte[] plain)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(plain).ToArray();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Device}: {Payload.Length} bytes, {Reason}");
}
