using System.Net;
using Iot.Gateway.Audit;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Mqtt;

/// <summary>Counts every refusal, tells the audit log, and logs a few: a <see cref="QuietKind"/> of line for each.</summary>
/// <remarks>A hostile client must not be able to fill the log. Thread-safe.</remarks>
internal sealed class RefusalReport(MqttMetrics metrics, AuditTrail audit, TimeProvider clock, ILogger<RefusalReport> logger)
{
    private const int MaxTopicLength = 256;

    private readonly QuietKind[] _kinds = [.. Enum.GetValues<MqttRefusal>().Select(_ => new QuietKind())];
    private readonly QuietKind _failed = new();
    private readonly QuietKind _full = new();
    private readonly QuietKind _broker = new();
    private readonly QuietKind _slowed = new();

    public void Disconnected(string client, EndPoint? remote, MqttRefusal reason)
    {
        Tell(IsBeforeConnect(reason) ? AuditAct.ConnectRefused : AuditAct.ProtocolRefused, client, remote, "", reason);
        if (Count(reason, out var suppressed)) logger.ClientDisconnected(client, remote, reason, suppressed);
    }

    public void NotAdmitted(string client, EndPoint? remote, MqttRefusal reason, string remedy)
    {
        Tell(AuditAct.ConnectRefused, client, remote, "", reason);
        if (Count(reason, out var suppressed)) logger.ClientNotAdmitted(client, remote, reason, remedy, suppressed);
    }

    public void Publish(string client, EndPoint? remote, string topic, MqttRefusal reason)
    {
        Tell(AuditAct.PublishRefused, client, remote, topic, reason);
        if (Count(reason, out var suppressed)) logger.PublishRefused(client, remote, Cut(topic), reason, suppressed);
    }

    public void Subscription(string client, EndPoint? remote, string filter)
    {
        Tell(AuditAct.SubscribeRefused, client, remote, filter, MqttRefusal.Subscription);
        if (Count(MqttRefusal.Subscription, out var suppressed)) logger.SubscriptionRefused(client, remote, Cut(filter), suppressed);
    }

    /// <summary>Somebody connected with the id of a client that was connected: perhaps itself, after its network went away.</summary>
    public void TakenOver(string client, EndPoint? remote) =>
        audit.Report(new(AuditAct.Takeover, client, AddressOf(remote), Detail: "the connection from there was ended by a newer one with this client id"));

    public void NotStored(string client, Exception? cause)
    {
        if (_failed.MaySpeak(clock, out var suppressed)) logger.NotStored(cause, client, suppressed);
    }

    public void Full(string client)
    {
        if (_full.MaySpeak(clock, out var suppressed)) logger.Full(client, suppressed);
    }

    public void Slowed(string client, EndPoint? remote)
    {
        metrics.Slowed();
        if (_slowed.MaySpeak(clock, out var suppressed)) logger.Slowed(client, remote, suppressed);
    }

    public void BrokerFailed(string what, Exception? cause)
    {
        if (_broker.MaySpeak(clock, out var suppressed)) logger.BrokerFailed(cause, what, suppressed);
    }

    private void Tell(AuditAct act, string client, EndPoint? remote, string on, MqttRefusal reason) =>
        audit.Report(new(act, client, AddressOf(remote), on, AuditResult.Refused, SnakeCase.Of(reason)));

    private static string AddressOf(EndPoint? remote) => remote?.ToString() ?? "";

    private static bool IsBeforeConnect(MqttRefusal reason) =>
        reason is MqttRefusal.NotConnectFirst or MqttRefusal.ConnectTimeout or MqttRefusal.TooManyConnections or MqttRefusal.ConnectRateOfAddress;

    /// <summary>A topic may have 64 KiB; a line of the log does not need them.</summary>
    private static string Cut(string topic) => topic.Length <= MaxTopicLength ? topic : topic[..MaxTopicLength] + "…";

    private bool Count(MqttRefusal reason, out long suppressed)
    {
        metrics.Refused(reason);
        return _kinds[(int)reason].MaySpeak(clock, out suppressed);
    }
}
