using Iot.Gateway.Audit;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Connections;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Observability;
using static Iot.Gateway.Tests.Detection.Findings;

namespace Iot.Gateway.Tests.Detection;

public sealed class RefusalWatchTests
{
    private readonly Findings _findings = new();

    [Fact]
    public void A_client_that_guesses_is_one_event_of_its_own_and_not_of_its_address()
    {
        Hear(9, _ => Refused(AuditAct.ConnectRefused, "pump-7", detail: "unknown_credentials"));
        Assert.Empty(_findings.All);
        Hear(1, _ => Refused(AuditAct.ConnectRefused, "pump-7", detail: "unknown_credentials"));

        var found = _findings.Only(SecurityEventKind.CredentialGuessing);
        Assert.Equal(("pump-7", "pump-7", "192.0.2.7", 10), (found.Subject, found.Client, found.Address, found.Count));
        Assert.Equal("10 refused attempts, the last as unknown_credentials", found.Seen);
    }

    [Fact]
    public void Ever_new_names_from_one_address_are_an_event_of_the_address_whatever_its_ports()
    {
        Hear(10, i => Refused(AuditAct.ConnectRefused, $"name-{i}", $"192.0.2.7:{5000 + i}", "unknown_credentials"));

        Assert.Equal("192.0.2.7", _findings.Only(SecurityEventKind.CredentialGuessing).Subject);
    }

    [Theory]
    [InlineData(nameof(AuditAct.KeyRefused), "")]
    [InlineData(nameof(AuditAct.SignInRefused), "wrong key")]
    [InlineData(nameof(AuditAct.EnrollRefused), "unknown")]
    public void Keys_sign_ins_and_tokens_count_for_the_address_a_site_of_IPv6_for_one(string act, string detail)
    {
        Hear(10, i => Refused(Enum.Parse<AuditAct>(act), "", $"[2001:db8:0:7::{i:x}]:443", detail));

        Assert.Equal("2001:db8:0:7::", _findings.Only(SecurityEventKind.CredentialGuessing).Subject);
    }

    [Theory]
    [InlineData(nameof(AuditAct.ConnectRefused), "anonymous")]
    [InlineData(nameof(AuditAct.ConnectRefused), "too_many_of_address")]
    [InlineData(nameof(AuditAct.EnrollRefused), "certificate_expired")]
    [InlineData(nameof(AuditAct.EnrollRefused), "too_many_certificates")]
    [InlineData(nameof(AuditAct.AccessRefused), "")]
    [InlineData(nameof(AuditAct.ProtocolRefused), "malformed")]
    public void Who_shows_nothing_or_is_only_early_late_or_too_often_guesses_nothing(string act, string detail)
    {
        Hear(1000, _ => Refused(Enum.Parse<AuditAct>(act), "pump-7", detail: detail));

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void A_device_with_an_old_password_that_tries_now_and_then_is_not_told_of()
    {
        for (var i = 0; i < 100; i++)
        {
            Hear(1, _ => Refused(AuditAct.ConnectRefused, "pump-7", detail: "unknown_credentials"));
            _findings.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void A_flood_is_told_of_once_a_second_with_all_that_came()
    {
        Hear(1000, _ => Refused(AuditAct.ConnectRefused, "pump-7", detail: "unknown_credentials"));
        _findings.Clock.Advance(TimeSpan.FromSeconds(1));
        Hear(1, _ => Refused(AuditAct.ConnectRefused, "pump-7", detail: "unknown_credentials"));

        Assert.Equal([10, 991], _findings.All.Select(found => found.Count));
    }

    [Theory]
    [InlineData(nameof(AuditAct.PublishRefused), "foreign_topic", "v1/devices/other/telemetry", "publish")]
    [InlineData(nameof(AuditAct.PublishRefused), "unknown_topic", "home/lamp", "publish")]
    [InlineData(nameof(AuditAct.SubscribeRefused), "subscription", "#", "subscribe")]
    [InlineData(nameof(AuditAct.ConnectRefused), "foreign_will", "", "last will")]
    public void Topics_filters_and_wills_that_are_not_its_own(string act, string detail, string on, string verb)
    {
        Hear(2, _ => Refused(Enum.Parse<AuditAct>(act), "pump-7", detail: detail, on: on));
        Assert.Empty(_findings.All);
        Hear(1, _ => Refused(Enum.Parse<AuditAct>(act), "pump-7", detail: detail, on: on));

        var found = _findings.Only(SecurityEventKind.ForeignTopics);
        Assert.Equal(("pump-7", $"3 times, the last {on} ({verb})"), (found.Subject, found.Seen));
    }

    [Fact]
    public void Clients_that_use_a_foreign_topic_once_each_are_an_event_of_their_address()
    {
        Hear(3, i => Refused(AuditAct.PublishRefused, $"name-{i}", detail: "foreign_topic", on: "v1/devices/pump-7/telemetry"));
        Assert.Empty(_findings.All);
        Hear(1, _ => Refused(AuditAct.PublishRefused, "name-x", detail: "foreign_topic", on: "v1/devices/pump-7/telemetry"));

        Assert.Equal("192.0.2.7", _findings.Only(SecurityEventKind.ForeignTopics).Subject);
    }

    [Fact]
    public void A_status_that_is_malformed_is_no_foreign_topic()
    {
        Hear(100, _ => Refused(AuditAct.PublishRefused, "pump-7", detail: "bad_status", on: "v1/devices/pump-7/status"));

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void Switched_off_it_says_nothing()
    {
        var quiet = new Findings { Options = new() { CredentialGuessing = false, ForeignTopics = false } };
        var watch = new RefusalWatch(quiet.Raise, quiet.Options, quiet.Clock);
        for (var i = 0; i < 100; i++)
        {
            watch.Heard(Refused(AuditAct.KeyRefused, ""));
            watch.Heard(Refused(AuditAct.PublishRefused, "pump-7", detail: "foreign_topic"));
        }

        Assert.Empty(quiet.All);
    }

    [Fact]
    public void A_flood_of_names_keeps_within_its_bound()
    {
        var tally = new Tally<Hits>(TimeSpan.FromMinutes(5), _findings.Clock);
        for (var i = 0; i < 3 * Tally<Hits>.MaxNames; i++) tally.With($"name-{i}", hits => hits.Add(1, default));

        Assert.Equal(Tally<Hits>.MaxNames, tally.Names);
        Assert.Equal(2, tally.With($"name-{(3 * Tally<Hits>.MaxNames) - 1}", hits => hits.Add(1, default)).Count);
        Assert.Equal(1, tally.With("name-0", hits => hits.Add(1, default)).Count);
        _findings.Clock.Advance(TimeSpan.FromMinutes(6));
        tally.With("new", hits => hits.Add(1, default));
        Assert.Equal(1, tally.Names);
    }

    /// <summary>The audit log's words are all that the watch knows: a reason whose name changes, or a new one, is to be looked at here.</summary>
    [Fact]
    public void The_reasons_it_looks_for_are_the_ones_that_are_reported()
    {
        var reasons = Enum.GetValues<MqttRefusal>().Select(reason => SnakeCase.Of(reason));
        var refusals = Enum.GetValues<Gateway.Devices.EnrollmentRefusal>().Select(reason => SnakeCase.Of(reason));

        Assert.Empty(((string[])["unknown_credentials", "unknown_certificate", "certificate_revoked", "too_many_attempts", "foreign_topic", "foreign_will", "unknown_topic", "needs_proof"]).Except(reasons));
        Assert.Empty(((string[])["unknown", "token_used", "revoked", "other_device", "no_proof", "too_many_attempts"]).Except(refusals));
    }

    private void Hear(int times, Func<int, AuditEvent> what)
    {
        _watch ??= new(_findings.Raise, _findings.Options, _findings.Clock);
        for (var i = 0; i < times; i++) _watch.Heard(what(i));
    }

    private RefusalWatch? _watch;
}
