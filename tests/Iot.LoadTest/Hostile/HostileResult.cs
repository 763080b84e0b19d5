using System.Globalization;
using System.Text;
using Iot.LoadTest.Devices;
using Iot.LoadTest.SecureDevices;

namespace Iot.LoadTest.Hostile;

/// <param name="Answers">PUBACKs of the fleet.</param>
internal sealed record HostilePhase(string Name, TimeSpan Took, long Answers, LatencySpread PubAck, TimeSpan GatewayCpu, long RssBytes);

internal sealed record HostileResult
{
    private const int PromisedMs = 250;

    /// <summary>Before, under attack, after.</summary>
    public required IReadOnlyList<HostilePhase> Phases { get; init; }

    /// <summary>Connections of strangers that were tried.</summary>
    public required int Opened { get; init; }

    /// <summary>By reason, from the gateway's metrics.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>What is not as the fleet was promised.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    public required int Reconnects { get; init; }

    public required TallyFigures Sent { get; init; }

    public IEnumerable<string> Problems()
    {
        if (Phases[1].PubAck.P99 >= PromisedMs) yield return $"p99 PUBACK under attack is {Phases[1].PubAck.P99:0} ms; less than {PromisedMs} is promised.";
        if (Sent.Refused > 0) yield return $"{Sent.Refused} messages of the fleet were refused.";
        if (Reconnects > 0) yield return $"Devices of the fleet had to connect again {Reconnects} times.";
        foreach (var lost in Lost) yield return lost;
    }

    public string Table()
    {
        var text = new StringBuilder("| phase | seconds | PUBACKs | PUBACK ms: p50 / p99 / max | gateway CPU s | RSS MB |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (var phase in Phases)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {phase.Name} | {phase.Took.TotalSeconds:0} | {phase.Answers:N0} | {phase.PubAck} | {phase.GatewayCpu.TotalSeconds:0.0} | {phase.RssBytes / 1e6:0} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nStrangers opened {Opened:N0} connections. The gateway refused:\n\n| reason | times |\n|---|---:|\n");
        foreach (var (reason, count) in Refused.OrderByDescending(reason => reason.Value)) text.Append(CultureInfo.InvariantCulture, $"| `{reason}` | {count:N0} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\nThe fleet: {Sent.Acknowledged:N0} messages acknowledged, {Lost.Count} differences to books and store, {Reconnects} reconnects.");
        return text.ToString();
    }
}
