using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Iot.Wire.Tests;

public enum Form
{
    Json,
    Cbor,
}

/// <summary>Packs written as JSON, and the same in CBOR, so that one test asks both decoders.</summary>
internal static class Packs
{
    public const long ReceivedAtNs = 1_760_000_000_123_456_789;

    public static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private static readonly string[] Numbered = ["bs", "bv", "bu", "bt", "bn", "bver", "n", "u", "v", "vs", "vb", "s", "t", "ut", "vd"];

    public static DecodeContext Context(string device = "pump-7", int maxReadings = 10_000) =>
        new(DeviceId.Parse(device), ReceivedAtNs, maxReadings);

    public static byte[] Bytes(Form form, string json)
    {
        if (form == Form.Json) return Encoding.UTF8.GetBytes(json);

        using var document = JsonDocument.Parse(json);
        return ToCbor(document.RootElement);
    }

    /// <summary>The readings; the pack must be one.</summary>
    public static ReadingBatch Decode(Form form, string json, string device = "pump-7")
    {
        var batch = new ReadingBatch();
        var decoded = TryDecode(form, Bytes(form, json), Context(device), batch, out var why);
        Assert.True(decoded, why.ToString());
        Assert.Equal(default, why);
        return batch;
    }

    public static DecodeFailure Refused(Form form, byte[] payload, int maxReadings = 10_000)
    {
        Assert.False(TryDecode(form, payload, Context(maxReadings: maxReadings), new(), out var why));
        return why;
    }

    public static bool TryDecode(Form form, ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch batch, out DecodeFailure why) =>
        form == Form.Json
            ? SenMlJsonDecoder.TryDecode(payload, context, batch, out why)
            : SenMlCborDecoder.TryDecode(payload, context, batch, out why);

    public static byte[] Encode(Form form, ReadingBatch batch)
    {
        var bytes = new ArrayBufferWriter<byte>();
        if (form == Form.Json)
            SenMlJsonEncoder.Encode(batch, bytes);
        else
            SenMlCborEncoder.Encode(batch, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    public static string Name(this ReadingBatch batch, int index)
    {
        var reading = batch.Readings[index];
        return reading.Measurement.IsEmpty ? batch.Text(reading.Field) : $"{batch.Text(reading.Measurement)}/{batch.Text(reading.Field)}";
    }

    public static string[] Names(this ReadingBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(batch.Name)];

    private static byte[] ToCbor(JsonElement root)
    {
        var bytes = new byte[100_000];
        var writer = new CborSpanWriter(bytes);
        Write(ref writer, root);
        return bytes[..writer.Length];
    }

    private static void Write(ref CborSpanWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                writer.WriteHead(CborMajor.Array, (ulong)element.GetArrayLength());
                foreach (var item in element.EnumerateArray()) Write(ref writer, item);
                break;
            case JsonValueKind.Object:
                writer.WriteHead(CborMajor.Map, (ulong)element.EnumerateObject().Count());
                foreach (var pair in element.EnumerateObject()) WritePair(ref writer, pair);
                break;
            case JsonValueKind.String:
                writer.WriteString(CborMajor.Text, Encoding.UTF8.GetBytes(element.GetString()!));
                break;
            case JsonValueKind.Number when element.TryGetInt64(out var integer):
                writer.WriteInteger(integer);
                break;
            case JsonValueKind.Number when element.TryGetUInt64(out var unsigned):
                writer.WriteHead(CborMajor.Unsigned, unsigned);
                break;
            case JsonValueKind.Number:
                writer.WriteNumber(element.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBoolean(element.GetBoolean());
                break;
            default:
                writer.WriteHead(CborMajor.Simple, 22);
                break;
        }
    }

    private static void WritePair(ref CborSpanWriter writer, JsonProperty pair)
    {
        var number = Array.IndexOf(Numbered, pair.Name);
        if (number >= 0)
            writer.WriteInteger(number - 6);
        else
            writer.WriteString(CborMajor.Text, Encoding.UTF8.GetBytes(pair.Name));

        var text = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : "";
        switch (pair.Name)
        {
            case "epoch" when ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch):
                writer.WriteHead(CborMajor.Unsigned, epoch);
                break;
            case "vd" when text.Length > 0:
                writer.WriteString(CborMajor.Bytes, Base64Url.DecodeFromChars(text));
                break;
            default:
                Write(ref writer, pair.Value);
                break;
        }
    }
}
