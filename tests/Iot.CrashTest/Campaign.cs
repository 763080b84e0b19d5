using Iot.CrashTest.Devices;
using Iot.CrashTest.Faults;
using Iot.CrashTest.Judging;
using Iot.CrashTest.Parts;
using Iot.CrashTest.Recording;
using Iot.CrashTest.Reports;
using Iot.Testing;

namespace Iot.CrashTest;

/// <summary>Everything runs, everything is killed at random, everything comes to rest, and then the books are compared.</summary>
/// <remarks>
/// <code>
/// raw devices, agents ────────────────────────► proxy ─► gateway ─► embedded store, influxd
/// raw devices ─► proxy ─► mosquitto (bridges) ──►┘
///                  └ recorder          recorder ┘
/// </code>
/// </remarks>
internal sealed class Campaign : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly CrashArguments _arguments;
    private readonly Influxd _influxd;
    private readonly GatewayUnderTest _gateway;
    private readonly RecordingProxy _atGateway;
    private readonly BridgeBroker _broker;
    private readonly RecordingProxy _atBroker;
    private readonly Agents _agents;
    private readonly FaultLog _faults;
    private readonly string[] _bridged;

    private Campaign(CrashArguments arguments, GatewayDisk disk, Influxd influxd)
    {
        (_arguments, _influxd) = (arguments, influxd);
        var direct = arguments.Devices - (arguments.Devices / 5);
        _bridged = [.. Enumerable.Range(direct, arguments.Devices - direct).Select(number => DeviceFleet.Name("bridged", number))];
        _faults = new(arguments.Logs);
        _gateway = new(arguments.Gateway, disk, influxd, arguments.Logs);
        _atGateway = new(_gateway.MqttPort);
        _broker = new(_atGateway.Port, _bridged);
        _atBroker = new(_broker.Port);
        _agents = new(_atGateway.Port);
    }

    /// <param name="interrupted">Ends it early: everything is killed and tidied up, nothing is judged.</param>
    public static async Task<CampaignResult> RunAsync(CrashArguments arguments, CancellationToken interrupted)
    {
        if (Directory.Exists(arguments.Logs)) Directory.Delete(arguments.Logs, recursive: true);
        Directory.CreateDirectory(arguments.Logs);
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync(GatewayUnderTest.Database);
        await using var disk = await GatewayDisk.CreateAsync(arguments.PowerCuts);
        await using var campaign = new Campaign(arguments, disk, influxd);
        return await campaign.RunAsync(interrupted);
    }

    public async ValueTask DisposeAsync()
    {
        await _agents.DisposeAsync();
        await _atBroker.DisposeAsync();
        await _broker.DisposeAsync();
        await _atGateway.DisposeAsync();
        await _gateway.DisposeAsync();
        _faults.Dispose();
    }

    private async Task<CampaignResult> RunAsync(CancellationToken interrupted)
    {
        await _gateway.BeginAsync(failingDisk: false);
        await _gateway.ReadyAsync();
        await _broker.BeginAsync();
        foreach (var agent in _agents.All) agent.Start();
        var direct = _arguments.Devices - _bridged.Length;
        await using var devices = new DeviceFleet("direct", 0, direct, _atGateway.Port);
        await using var behindBroker = new DeviceFleet("bridged", direct, _bridged.Length, _atBroker.Port);

        await FaultsAsync(interrupted);
        var underFaults = _faults.Elapsed;
        var judgement = new Judgement(_gateway.Api, _influxd);
        await SettleAsync(judgement, devices, behindBroker).WaitAsync(interrupted);
        await judgement.JudgeAsync(_atGateway.Recorder, _atBroker.Recorder);
        return new(_arguments, _faults, _gateway.FailedSyncs(), underFaults, _atGateway.Recorder, judgement);
    }

    /// <summary>Until all that was sent is acknowledged, carried over and stored.</summary>
    private async Task SettleAsync(Judgement judgement, DeviceFleet devices, DeviceFleet behindBroker)
    {
        await judgement.WatchAsync(devices.FinishAsync(Patience));
        await judgement.WatchAsync(behindBroker.FinishAsync(Patience));
        await judgement.WatchAsync(FinishAgentsAsync(judgement));
        await judgement.WatchAsync(Eventually.TrueAsync(() => Array.TrueForAll(_bridged, IsCarriedOver), "mosquitto's bridges carry over the last batch of each device", Patience));
        await judgement.WatchAsync(Eventually.TrueAsync(IsSettledAsync, "the ledger says that nothing is pending", Patience));
    }

    private async Task FinishAgentsAsync(Judgement judgement) => judgement.Add(FindingKind.Conduct, await _agents.FinishAsync(Patience));

    /// <summary>All lanes at once; when it returns, every part runs and works.</summary>
    private async Task FaultsAsync(CancellationToken interrupted)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        var lane = 0;
        Chance Own() => new(_arguments.Seed, lane++);
        var lanes = new List<Task>
        {
            new GatewayLane(_gateway, _influxd, Own(), _faults).RunAsync(stopping.Token),
            new DatabaseLane(_influxd, Own(), _faults).RunAsync(stopping.Token),
            new BrokerLane(_broker, Own(), _faults).RunAsync(stopping.Token),
            new LinkLane(_atGateway, Own(), _faults).RunAsync(stopping.Token),
        };
        lanes.AddRange(_agents.All.Select(agent => new AgentLane(agent, Own(), _faults).RunAsync(stopping.Token)));
        var enough = Eventually.TrueAsync(() => interrupted.IsCancellationRequested || IsEnough(), "enough was killed", TimeSpan.MaxValue);

        var first = await Task.WhenAny([.. lanes, enough]);
        await stopping.CancelAsync();
        await Task.WhenAll(lanes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        interrupted.ThrowIfCancellationRequested();
        await first; // a lane that ended first tells what went wrong
        await Task.WhenAll(lanes);
    }

    private bool IsEnough() =>
        _faults.Kills >= _arguments.Kills && _faults.GatewayKills >= _arguments.GatewayKills && _faults.Elapsed >= _arguments.Duration;

    private bool IsCarriedOver(string device) => _atGateway.Recorder.Highest(device) >= _atBroker.Recorder.Highest(device);

    private async Task<bool> IsSettledAsync() =>
        (await LedgerBooks.AllAsync(_gateway.Api)).Values.All(books => books.Sinks.All(sink => sink.Pending == 0));
}
