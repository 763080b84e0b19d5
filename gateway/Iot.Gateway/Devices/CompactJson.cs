using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Iot.Gateway.Devices;

/// <summary>JSON of others without its blanks, every text of it a text: JSON can spell half a character (<c>"\ud800"</c>), which nobody can read on.</summary>
internal static class CompactJson
{
    /// <summary>For machines, never put into a page as it is: letters of any language stay as they are, for escaped they are three times as long.</summary>
    private static readonly JsonWriterOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InvalidOperationException">A name or a text holds half a character.</exception>
    public static string Of(JsonElement element)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, AsItIs)) element.WriteTo(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
