using System.Net;
using Iot.Gateway.Audit;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Detection.Connections;

/// <summary>Hears what is reported to the audit log and tells apart what strangers try: foreign topics, and credentials one after the other.</summary>
/// <remarks>Counted by client and by address; an address counts a client once in a window, so one client is one event.</remarks>
internal sealed class RefusalWatch(Action<Finding> raise, DetectionOptions options, TimeProvider clock)
{
    /// <summary>Why somebody was not let in, as the audit log says it. Who shows nothing guesses nothing, and a device whose certificate has expired only asks too often.</summary>
    private static readonly HashSet<string> WrongCredentials = new(StringComparer.Ordinal)
    {
        "unknown_credentials", "unknown_certificate", "certificate_revoked", "too_many_attempts", // MQTT
        "unknown", "token_used", "revoked", "other_device", "no_proof", // enrollment
    };

    private static readonly HashSet<string> ForeignTopic = new(StringComparer.Ordinal) { "foreign_topic", "foreign_will", "unknown_topic", "needs_proof" };

    private readonly Tally<Hits> _guessesOfClients = new(options.Window, clock);
    private readonly Tally<Hits> _guessesOfAddresses = new(options.Window, clock);
    private readonly Tally<Hits> _topicsOfClients = new(options.Window, clock);
    private readonly Tally<Hits> _topicsOfAddresses = new(options.Window, clock);

    public void Heard(AuditEvent what)
    {
        switch (what.Act)
        {
            case AuditAct.ConnectRefused or AuditAct.EnrollRefused when WrongCredentials.Contains(what.Detail):
            case AuditAct.KeyRefused or AuditAct.SignInRefused or AuditAct.SetupRefused or AuditAct.Lockout:
                if (options.CredentialGuessing) Guessed(what);
                break;
            case AuditAct.ConnectRefused or AuditAct.PublishRefused when ForeignTopic.Contains(what.Detail):
            case AuditAct.SubscribeRefused:
                if (options.ForeignTopics) WentAstray(what);
                break;
        }
    }

    /// <summary>Without its port, and a whole /64 of IPv6: whom an address is counted for.</summary>
    public static string SiteOf(string from) =>
        IPEndPoint.TryParse(from, out var remote) ? AddressSite.Of(remote.Address).ToString() : from;

    private void Guessed(AuditEvent what)
    {
        var address = SiteOf(what.From);
        var normal = $"fewer than {options.GuessLimit} in {Words.Of(options.Window)}";
        var (hits, news) = what.Who.Length == 0 ? default : Count(_guessesOfClients, what.Who, options.GuessLimit);
        if (news > 0)
            raise(new(SecurityEventKind.CredentialGuessing, what.Who, $"{hits} refused attempts, the last as {Why(what)}", normal) { Client = what.Who, Address = address, Count = news });
        if (hits > 1 || address.Length == 0) return;

        (hits, news) = Count(_guessesOfAddresses, address, options.GuessLimit);
        if (news > 0)
            raise(new(SecurityEventKind.CredentialGuessing, address, $"{hits} refused keys, tokens or clients there, the last as {Why(what)}", normal) { Address = address, Count = news });
    }

    private void WentAstray(AuditEvent what)
    {
        const string Normal = "a device uses only v1/devices/{its own id}/…";
        var address = SiteOf(what.From);
        var (hits, news) = Count(_topicsOfClients, what.Who, options.ForeignTopicLimit);
        if (news > 0)
            raise(new(SecurityEventKind.ForeignTopics, what.Who, $"{hits} times, the last {Words.Short(what.On)} ({Verb(what.Act)})", Normal) { Client = what.Who, Address = address, Count = news });
        if (hits > 1 || address.Length == 0) return;

        (hits, news) = Count(_topicsOfAddresses, address, options.ForeignTopicLimit + 1);
        if (news > 0)
            raise(new(SecurityEventKind.ForeignTopics, address, $"{hits} clients there, the last {Words.Short(what.Who)} with {Words.Short(what.On)}", Normal) { Address = address, Count = news });
    }

    private (long Count, long News) Count(Tally<Hits> tally, string name, int limit)
    {
        var now = clock.GetUtcNow();
        return tally.With(name, hits => hits.Add(limit, now));
    }

    private static string Verb(AuditAct act) => act switch
    {
        AuditAct.SubscribeRefused => "subscribe",
        AuditAct.ConnectRefused => "last will",
        _ => "publish",
    };

    private static string Why(AuditEvent what) => what.Detail.Length > 0 ? Words.Short(what.Detail) : AuditActs.NameOf(what.Act);
}
