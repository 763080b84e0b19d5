using System.Text.RegularExpressions;
using Iot.Configuration;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.StoreAndForward;

namespace Iot.EdgeAgent;

/// <summary>What the streams may be called, and that sensors name only those there are.</summary>
internal static partial class StreamNames
{
    private const int Most = 7; // and the one without a name: the gateway remembers 32 lives of a device's outboxes

    public static IEnumerable<string> Problems(AgentOptions options)
    {
        var names = options.Outbox.Streams.Keys;
        if (names.Count > Most) yield return $"{StreamOptions.Section}: {names.Count} streams; {Most} are the most. Give sensors with the same needs one stream.";

        foreach (var name in names.Where(name => !Allowed().IsMatch(name)))
            yield return $"{StreamOptions.Section}:{name}: a stream is named by 1 to 32 of a-z 0-9 _ -, the first a letter or digit, for it is a directory too.";

        foreach (var (sensor, own) in options.Sensors.Where(sensor => sensor.Value.Stream.Length > 0 && !names.Contains(sensor.Value.Stream, StringComparer.OrdinalIgnoreCase)))
        {
            var near = NearestName.Find(own.Stream, names);
            yield return $"{SensorOptions.Section}:{sensor}:Stream = {own.Stream}: there is no {StreamOptions.Section}:{own.Stream}; {(near is null ? "add it, or remove the key" : $"did you mean {near}")}{(near is null ? "." : "?")}";
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,31}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Allowed();
}
