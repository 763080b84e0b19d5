using System.Diagnostics;
using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Wire;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>A device is shut out in the one moment between the question who somebody is and the answer: nobody slips through.</summary>
public sealed class ShutOutTests
{
    private const string Password = "correct horse 42";
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly Interruption _clock = new();

    [Fact]
    public async Task Who_is_displaced_by_one_that_is_then_refused_has_to_go_as_well()
    {
        await using var gateway = await MqttTestGateway.StartAsync(_clock, ("Mqtt:AllowAnonymous", "false"));
        gateway.Registry.Add(Pump, new("", "", new Dictionary<string, string>()));
        gateway.Registry.SetPassword(Pump, DevicePassword.Of(Password));
        using var first = await OpenAsync(gateway);
        Assert.Equal(0, (await first.ReadPacketAsync())[3]);

        // The registry has said so, and has not yet looked at the connections.
        _clock.Interrupt(() => gateway.Registry.Identity.Set(Pump, gateway.Registry.Find(Pump)! with { State = EnrollmentState.Disabled }));
        using var second = await OpenAsync(gateway);

        Assert.Equal(0x87, (await second.ReadPacketAsync())[3]);
        gateway.Registry.Identity.RaiseEnded(Pump);
        Assert.Equal([0xE0, 1, 0x98], await first.ReadPacketAsync());
    }

    [Fact]
    public async Task Who_proved_nothing_does_not_go_on_for_a_device_that_gets_its_first_password_meanwhile()
    {
        await using var gateway = await MqttTestGateway.StartAsync(_clock);
        gateway.Registry.Add(Pump, new("", "", new Dictionary<string, string>()));
        using var client = await RawClient.ConnectAsync(gateway.Port);

        _clock.Interrupt(() => gateway.Registry.SetPassword(Pump, DevicePassword.Of(Password)));
        await client.SendAsync(client.Publish(1));

        Assert.Equal(0x87, (await client.ReadPacketAsync())[4]);
        await client.SendAsync(client.Publish(2));
        Assert.Equal(0x87, (await client.ReadPacketAsync())[4]);
        Assert.Equal(0, gateway.Ingest.Count);
    }

    private static async Task<RawClient> OpenAsync(MqttTestGateway gateway)
    {
        var client = await RawClient.OpenAsync(gateway.Port);
        await client.SendAsync(RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, 0b1100_0010, 0, 60, 0, .. RawClient.Text("pump-7"), .. RawClient.Text("pump-7"), .. RawClient.Text(Password)]));
        return client;
    }

    /// <summary>Does something once when a connection is being bound to its device, which asks for the time.</summary>
    private sealed class Interruption : TimeProvider
    {
        private Action? _act;

        public void Interrupt(Action act) => _act = act;

        public override long GetTimestamp()
        {
            if (_act is not null && Array.Exists(new StackTrace().GetFrames(), frame => frame.GetMethod() is { Name: nameof(Place.WhyNotFor), DeclaringType.Name: nameof(Place) }))
                Interlocked.Exchange(ref _act, null)?.Invoke();

            return base.GetTimestamp();
        }
    }
}
