using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Devices;

public sealed class DevicePresenceTests
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly FakeTimeProvider _clock = new();
    private readonly DevicePresence _presence;

    public DevicePresenceTests() => _presence = new(_clock, NullLogger<DevicePresence>.Instance);

    [Fact]
    public void Since_is_when_it_went_online_or_offline_and_not_when_it_last_said_so()
    {
        var start = _clock.GetUtcNow();
        _presence.Connected(Pump, "a");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_presence.Told(Pump, new(Online: true, "agent 1")));

        Assert.Equal(new(Pump, Online: true, start, "agent 1", "a"), _presence.Find(Pump));

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_presence.Told(Pump, new(Online: false, Agent: null)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        _presence.Disconnected(Pump);

        Assert.Equal(new(Pump, Online: false, start + TimeSpan.FromMinutes(2), "agent 1", Client: null), _presence.Find(Pump));
    }

    [Fact]
    public void A_change_is_told_once()
    {
        var changes = 0;
        _presence.Changed += _ => changes++;

        _presence.Connected(Pump, "a");
        _presence.Told(Pump, new(Online: true, Agent: null));
        _presence.Told(Pump, new(Online: true, Agent: null));

        Assert.Equal(1, changes);
    }

    [Fact]
    public void More_devices_than_the_limit_are_not_remembered_and_those_before_still_change()
    {
        for (var i = 0; i < DevicePresence.MaxDevices; i++) _presence.Connected(DeviceId.Parse($"d{i}"), "c");

        Assert.False(_presence.Told(Pump, new(Online: true, Agent: null)));
        _presence.Connected(Pump, "c");
        _presence.Disconnected(Pump);
        Assert.Null(_presence.Find(Pump));
        Assert.Equal(DevicePresence.MaxDevices, _presence.All.Count());

        _presence.Disconnected(DeviceId.Parse("d5"));
        Assert.False(_presence.Find(DeviceId.Parse("d5"))!.Online);
    }
}
