using Iot.Gateway.Detection;
using Iot.Gateway.Tests.Mqtt;

namespace Iot.Gateway.Tests.Detection;

/// <summary>From findings to events: folded, bounded, told to the audit log and the metrics.</summary>
public sealed class SecurityEventsTests : IAsyncDisposable
{
    private readonly SecurityRig _rig = new();

    [Fact]
    public void One_event_opens_is_repeated_and_closes_when_it_was_quiet()
    {
        _rig.Events.Raise(Guess("192.0.2.7", 10));
        _rig.Clock.Advance(TimeSpan.FromMinutes(9));
        _rig.Events.CloseQuiet();
        _rig.Events.Raise(Guess("192.0.2.7", 3));
        _rig.Clock.Advance(TimeSpan.FromMinutes(9));
        _rig.Events.CloseQuiet();

        var open = Assert.Single(_rig.Events.All());
        Assert.Equal((13, true, Severity.Warning), (open.Count, open.IsOpen, open.Severity));
        Assert.Equal((_rig.Began, _rig.Began.AddMinutes(9)), (open.Since, open.Last));
        Assert.Equal(1, _rig.Events.Stand.Open);

        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        _rig.Events.CloseQuiet();

        Assert.Equal(_rig.Began.AddMinutes(19), Assert.Single(_rig.Events.All()).Closed);
        Assert.Equal(0, _rig.Events.Stand.Open);
        _rig.Events.Raise(Guess("192.0.2.7", 10));
        Assert.Equal([2, 1], _rig.Events.All().Select(one => one.Number));
    }

    [Fact]
    public async Task The_audit_log_says_when_it_opened_and_when_it_closed_and_nothing_in_between()
    {
        _rig.Events.Raise(Guess("192.0.2.7", 10));
        for (var i = 0; i < 1000; i++) _rig.Events.Raise(Guess("192.0.2.7", 1));
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        _rig.Events.CloseQuiet();

        var entries = (await _rig.AuditAsync()).Where(entry => entry.Act.StartsWith("security", StringComparison.Ordinal)).ToList();
        Assert.Equal(["security.opened", "security.closed"], entries.Select(entry => entry.Act));
        Assert.Equal(("192.0.2.7", "credential_guessing", "10 refused; usual: fewer"), (entries[0].Who, entries[0].On, entries[0].Detail));
        Assert.Equal(1010, entries[1].Count);
    }

    [Fact]
    public async Task A_flood_of_subjects_is_bounded_everywhere_and_those_beyond_share_one_event()
    {
        for (var i = 0; i < 10_000; i++) _rig.Events.Raise(Guess($"192.0.{i / 256}.{i % 256}", 1));
        _rig.Events.Raise(new(SecurityEventKind.ClockJump, "pump-7", "moved", "at once"));

        var events = _rig.Events.All();
        Assert.Equal(SecurityEvents.MaxOpenOfKind + 2, events.Count);
        var shared = Assert.Single(events, one => one.What.Subject.Equals(SecurityEvents.Others, StringComparison.Ordinal));
        Assert.Equal(10_000 - SecurityEvents.MaxOpenOfKind, shared.Count);
        Assert.Equal("more than 50 at once; the last: 192.0.39.15, 1 refused", shared.What.Seen);

        for (var i = 0; i < 100; i++)
        {
            _rig.Clock.Advance(TimeSpan.FromHours(1));
            _rig.Events.CloseQuiet();
            for (var j = 0; j < 20; j++) _rig.Events.Raise(Guess($"198.51.100.{j}", 1));
        }

        Assert.Equal(SecurityEvents.MaxClosed + 20, _rig.Events.All().Count);
        Assert.InRange((await _rig.AuditAsync()).Count, 100, 2 * ((100 * 20) + 60));
    }

    [Fact]
    public void Metrics_count_what_opened_and_what_is_open_by_kind()
    {
        using var heard = new HeardCounts(_rig.Meters);
        _rig.Events.Raise(Guess("192.0.2.7", 10));
        _rig.Events.Raise(Guess("192.0.2.7", 10));
        _rig.Events.Raise(Guess("192.0.2.8", 10));
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        _rig.Events.Raise(Guess("192.0.2.8", 10));
        _rig.Events.CloseQuiet();

        Assert.Equal(2, heard["iot.gateway.security.events", "credential_guessing"]);
        Assert.Equal(2, heard["iot.gateway.security.repeats", "credential_guessing"]);
        Assert.Equal(1, heard["iot.gateway.security.open", "credential_guessing"]);
        Assert.Equal(0, heard["iot.gateway.security.open", "clock_jump"]);
    }

    [Fact]
    public async Task What_is_reported_to_the_audit_log_reaches_the_detectors_though_the_log_leaves_it_out()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);
        for (ushort i = 1; i <= 30; i++)
        {
            await client.SendAsync(client.Subscribe(i, ("#", 0)));
            await client.ReadPacketAsync();
        }

        var found = Assert.Single(gateway.Get<SecurityEvents>().All());
        Assert.Equal((SecurityEventKind.ForeignTopics, "raw", "127.0.0.1"), (found.What.Kind, found.What.Subject, found.What.Address));
        Assert.Contains("the last # (subscribe)", found.What.Seen, StringComparison.Ordinal);
        Assert.Equal(10, (await gateway.AuditAsync()).Count);
    }

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    private static Finding Guess(string address, long count) => new(SecurityEventKind.CredentialGuessing, address, $"{count} refused", "fewer") { Address = address, Count = count };
}
