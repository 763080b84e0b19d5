using System.Text.Json;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>One thing that a device says of itself in its retained status message, whatever that is.</summary>
internal sealed record StatusLine(string Name, string Value)
{
    private const int Most = 32;
    private const int LongestName = 64;
    private const int LongestValue = 160;

    /// <summary>The members as they stand, those of an object inside as <c>object.member</c>; nothing of what is not JSON.</summary>
    public static IReadOnlyList<StatusLine> Of(ReadOnlyMemory<byte> message)
    {
        var lines = new List<StatusLine>();
        try
        {
            using var document = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind == JsonValueKind.Object) Add(lines, document.RootElement, "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return []; // cleared, or half a character in it: there is nothing to show
        }

        return lines;
    }

    private static void Add(List<StatusLine> lines, JsonElement of, string prefix)
    {
        foreach (var member in of.EnumerateObject())
        {
            if (lines.Count == Most) return;

            var name = prefix + member.Name;
            if (member.Value.ValueKind == JsonValueKind.Object) Add(lines, member.Value, name + ".");
            else lines.Add(new(Cut(name, LongestName), Cut(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText(), LongestValue)));
        }
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most] + "…";
}
