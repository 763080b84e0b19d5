using System.Net;
using Iot.Gateway.Audit;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Mqtt;

/// <summary>Counts every refusal, tells the audit log, and logs a few: one line for each kind in <see cref="Quiet"/>, with how many it stands for.</summary>
/// <remarks>A hostile client must not be able to fill the log. Thread-safe.</remarks>
internal sealed class RefusalReport(MqttMetrics metrics, AuditTrail audit, TimeProvider clock, ILogger<RefusalReport> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Kind[] _kinds = [.. Enum.GetValues<MqttRefusal>().Select(_ => new Kind())];
    private readonly Kind _failed = new();
    private readonly Kind _full = new();
    private readonly Kind _broker = new();

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
        if (Count(reason, out var suppressed)) logger.PublishRefused(client, remote, topic, reason, suppressed);
    }

    public void Subscription(string client, EndPoint? remote, string filter)
    {
        Tell(AuditAct.SubscribeRefused, client, remote, filter, MqttRefusal.Subscription);
        if (Count(MqttRefusal.Subscription, out var suppressed)) logger.SubscriptionRefused(client, remote, filter, suppressed);
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

    public void BrokerFailed(string what, Exception? cause)
    {
        if (_broker.MaySpeak(clock, out var suppressed)) logger.BrokerFailed(cause, what, suppressed);
    }

    private void Tell(AuditAct act, string client, EndPoint? remote, string on, MqttRefusal reason) =>
        audit.Report(new(act, client, AddressOf(remote), on, AuditResult.Refused, SnakeCase.Of(reason)));

    private static string AddressOf(EndPoint? remote) => remote?.ToString() ?? "";

    private static bool IsBeforeConnect(MqttRefusal reason) =>
        reason is MqttRefusal.NotConnectFirst or MqttRefusal.ConnectTimeout or MqttRefusal.TooManyConnections;

    private bool Count(MqttRefusal reason, out long suppressed)
    {
        metrics.Refused(reason);
        return _kinds[(int)reason].MaySpeak(clock, out suppressed);
    }

    /// <summary>When one kind of line was last written.</summary>
    private sealed class Kind
    {
        private long _nextTimestamp = long.MinValue;
        private long _suppressed;

        public bool MaySpeak(TimeProvider clock, out long suppressed)
        {
            var now = clock.GetTimestamp();
            var next = Volatile.Read(ref _nextTimestamp);
            var speaks = now >= next
                && Interlocked.CompareExchange(ref _nextTimestamp, now + (long)(Quiet.TotalSeconds * clock.TimestampFrequency), next) == next;
            suppressed = speaks ? Interlocked.Exchange(ref _suppressed, 0) : Interlocked.Increment(ref _suppressed);
            return speaks;
        }
    }
}
