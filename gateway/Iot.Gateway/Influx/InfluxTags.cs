using System.Text;
using Iot.Wire;

namespace Iot.Gateway.Influx;

/// <summary>The tags of a series, between InfluxDB's own list and the text that the API gives: <c>key=value,key=value</c>, escaped as in line protocol.</summary>
internal static class InfluxTags
{
    /// <summary>False when there is no <c>device</c> among them that could be ours.</summary>
    /// <param name="tags">The others, by key.</param>
    public static bool TryRead(IEnumerable<KeyValuePair<string, string>> all, out DeviceId device, out string tags)
    {
        device = default;
        var text = new StringBuilder();
        foreach (var (key, value) in all.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            var isDevice = key.Equals("device", StringComparison.Ordinal);
            if (isDevice && !DeviceId.TryParse(value, out device)) break;
            if (isDevice || value.Length == 0) continue; // grouped by all tags, those that a series lacks are empty

            text.Append(text.Length == 0 ? "" : ",").Append(Escaped(key)).Append('=').Append(Escaped(value));
        }

        tags = text.ToString();
        return device != default;
    }

    /// <summary>Back to what InfluxDB holds; what is no tag is left out.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parse(string tags)
    {
        var part = new StringBuilder();
        string? key = null;
        for (var i = 0; i <= tags.Length; i++)
        {
            if (i == tags.Length || tags[i] == ',')
            {
                if (key is not null) yield return new(key, part.ToString());
                key = null;
                part.Clear();
            }
            else if (tags[i] == '=' && key is null)
            {
                key = part.ToString();
                part.Clear();
            }
            else
            {
                if (tags[i] == '\\' && i + 1 < tags.Length && tags[i + 1] is ',' or '=' or ' ') i++;
                part.Append(tags[i]);
            }
        }
    }

    private static string Escaped(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var to = new byte[utf8.Length * LineEscaping.Growth];
        return Encoding.UTF8.GetString(to, 0, LineEscaping.Key(utf8, to));
    }
}
