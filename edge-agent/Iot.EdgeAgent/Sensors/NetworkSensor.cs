using System.Text;

namespace Iot.EdgeAgent.Sensors;

/// <summary>What each network interface receives and sends: <c>/proc/net/dev</c>.</summary>
/// <remarks>Left out: loopback, the virtual pairs of containers, and interfaces that have never carried a byte.</remarks>
internal sealed class NetworkSensor(string procPath) : ISensor
{
    private const int HeaderLines = 2;
    private const int MaxInterfaces = 32;

    private readonly KernelFile _dev = new(Path.Combine(procPath, "net", "dev"));
    private readonly Dictionary<string, Interface?> _interfaces = new(StringComparer.Ordinal);

    public string Name => "system.network";

    public void Sample(SensorReadings readings)
    {
        var lookup = _interfaces.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> name = stackalloc char[64];
        var text = _dev.Read();
        var number = 0;
        foreach (var line in text.Split((byte)'\n'))
        {
            var words = new Words(text[line]);
            var word = words.Next();
            if (++number <= HeaderLines || word.IsEmpty || word.Length > name.Length) continue;

            var found = name[..Encoding.UTF8.GetChars(word, name)];
            if (!lookup.TryGetValue(found, out var known) && _interfaces.Count < MaxInterfaces)
                lookup[found] = known = IsOfInterest(found) ? new(found.ToString()) : null;

            known?.Sample(ref words, readings);
        }
    }

    public void Dispose() => _dev.Dispose();

    private static bool IsOfInterest(ReadOnlySpan<char> name) => name is not "lo" && !name.StartsWith("veth");

    private sealed class Interface(string name)
    {
        private readonly ReadingName _receivedName = new("network", $"{name}.received", Units.BitsPerSecond);
        private readonly ReadingName _sentName = new("network", $"{name}.sent", Units.BitsPerSecond);
        private readonly ReadingName _errorsName = new("network", $"{name}.errors", Units.Count);
        private Rate _received;
        private Rate _sent;

        public void Sample(ref Words words, SensorReadings readings)
        {
            // receive: bytes packets errs drop fifo frame compressed multicast · transmit: bytes packets errs drop …
            var received = words.NextNumber();
            words.Skip(1);
            var errors = words.NextNumber();
            words.Skip(5);
            var sent = words.NextNumber();
            words.Skip(1);
            errors += words.NextNumber();
            if (received + sent == 0) return;

            readings.Add(_receivedName, _received.Next(received * 8, readings.Seconds));
            readings.Add(_sentName, _sent.Next(sent * 8, readings.Seconds));
            readings.Add(_errorsName, errors);
        }
    }
}
