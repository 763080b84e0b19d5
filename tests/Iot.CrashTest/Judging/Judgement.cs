using Iot.CrashTest.Recording;
using Iot.Testing;

namespace Iot.CrashTest.Judging;

/// <summary>The end of a campaign: recorder against ledger against both sinks, device by device.</summary>
internal sealed class Judgement(GatewayProcess gateway, Influxd influxd)
{
    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Readings that the ledger counts as duplicates.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Batches in gaps that the ledger names.</summary>
    public long Missing { get; private set; }

    public void Add(FindingKind kind, IEnumerable<string> texts) => _findings.AddRange(texts.Select(text => new Finding(kind, text)));

    /// <summary>Not getting there in time is a finding; what follows is judged all the same.</summary>
    public async Task WatchAsync(Task settling)
    {
        try
        {
            await settling;
        }
        catch (TimeoutException e)
        {
            Add(FindingKind.Conduct, [e.Message]);
        }
    }

    /// <param name="atGateway">What passed between devices, agents, bridges and the gateway.</param>
    /// <param name="atBroker">What passed between devices and mosquitto.</param>
    public async Task JudgeAsync(Recorder atGateway, Recorder atBroker)
    {
        Add(FindingKind.Conduct, atGateway.Mistakes);
        var ledger = await LedgerBooks.AllAsync(gateway);
        var behindBroker = atBroker.Devices().ToDictionary(device => device.Device, StringComparer.Ordinal);
        foreach (var device in atGateway.Devices())
        {
            if (!ledger.TryGetValue(device.Device, out var books))
            {
                _findings.Add(new(FindingKind.Lost, $"{device.Device} is not in the ledger", device.AcknowledgedReadings));
                continue;
            }

            await JudgeAsync(device, books, behindBroker.GetValueOrDefault(device.Device));
        }

        Add(FindingKind.Ledger, ledger.Keys.Except(atGateway.Devices().Select(device => device.Device)).Select(device => $"{device} is in the ledger and never published"));
    }

    private async Task JudgeAsync(RecordedDevice device, LedgerBooks books, RecordedDevice? atBroker)
    {
        var judge = new LedgerJudge(device, books, mayMiss: atBroker is not null);
        _findings.AddRange(judge.Judge());
        if (atBroker is not null) _findings.AddRange(BrokerJudge.Judge(atBroker, judge.Stored, books));
        _findings.AddRange(SinkJudge.Judge("Embedded", judge.Stored, await SinkRows.EmbeddedAsync(gateway, device.Device)));
        _findings.AddRange(SinkJudge.Judge("Influx", judge.Stored, await SinkRows.InfluxAsync(influxd, device.Device)));
        Duplicates += books.Duplicate;
        Missing += books.Gaps.Sum(gap => (long)(gap.To - gap.From + 1));
    }
}
