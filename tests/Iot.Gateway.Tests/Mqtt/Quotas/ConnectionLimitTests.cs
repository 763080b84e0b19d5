using Iot.Gateway.Mqtt.Quotas;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Mqtt.Quotas;

/// <summary>127.0.0.1 is trusted here; a client from 127.0.0.2 is a stranger.</summary>
public sealed class ConnectionLimitTests
{
    private const string Stranger = "127.0.0.2";
    private static readonly (string, string) TrustOne = ("Limits:TrustedAddresses", "127.0.0.1");

    [Theory]
    [InlineData(4, 3)]
    [InlineData(5, 0x89)]
    public async Task Beyond_the_limit_of_all_a_client_is_told_so_and_those_before_go_on(byte version, byte code)
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Limits:Connections", "1"));
        using var first = await RawClient.ConnectAsync(gateway.Port);

        Assert.Equal(code, await AnswerAsync(gateway, version, "127.0.0.1"));
        await AssertServedAsync(first);
        Assert.Single(gateway.Log.Containing("TooManyConnections"));
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(5, 0x97)]
    public async Task Beyond_the_limit_of_its_address_a_client_is_told_so_and_other_addresses_are_not_concerned(byte version, byte code)
    {
        await using var gateway = await MqttTestGateway.StartAsync(TrustOne, ("Limits:ConnectionsPerAddress", "1"));
        using var first = await RawClient.ConnectAsync(gateway.Port, id: "first", from: Stranger);

        Assert.Equal(code, await AnswerAsync(gateway, version, Stranger));
        await AssertServedAsync(first);
        using var other = await RawClient.ConnectAsync(gateway.Port, id: "other", from: "127.0.0.3");
        using var trusted1 = await RawClient.ConnectAsync(gateway.Port, id: "trusted-1");
        using var trusted2 = await RawClient.ConnectAsync(gateway.Port, id: "trusted-2");
        Assert.Single(gateway.Log.Containing("Limits:ConnectionsPerAddress"));

        first.Dispose();
        await Eventually.TrueAsync(async () => await AnswerAsync(gateway, version, Stranger) == 0, "its place is free again");
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(5, 0x9F)]
    public async Task An_address_that_connects_too_often_is_told_so_until_time_has_passed(byte version, byte code)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await MqttTestGateway.StartAsync(clock, TrustOne, ("Limits:ConnectsPerSecondPerAddress", "2"), ("Limits:Burst", "00:00:01"));

        Assert.Equal([0, 0, code], [await AnswerAsync(gateway, version, Stranger), await AnswerAsync(gateway, version, Stranger), await AnswerAsync(gateway, version, Stranger)]);
        for (var i = 0; i < 5; i++) Assert.Equal(0, await AnswerAsync(gateway, version, "127.0.0.1"));

        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal([0, code], [await AnswerAsync(gateway, version, Stranger), await AnswerAsync(gateway, version, Stranger)]);
    }

    [Fact]
    public async Task When_too_many_have_not_finished_CONNECT_the_oldest_gives_way()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Limits:UnfinishedConnections", "2"), ("Mqtt:ConnectTimeout", "00:01:00"));
        using var first = await RawClient.OpenAsync(gateway.Port);
        await HasPlacesAsync(gateway, 1);
        await first.SendAsync([0x10, 20]);
        using var second = await RawClient.OpenAsync(gateway.Port);
        using var third = await RawClient.OpenAsync(gateway.Port);

        Assert.Empty(await first.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("TooManyUnfinished"));
        await second.SendAsync(second.Connect("second"));
        Assert.Equal(0, (await second.ReadPacketAsync())[3]);
        await AssertServedAsync(second);
        using var fourth = await RawClient.ConnectAsync(gateway.Port, id: "fourth"); // the second has a place no longer
        await third.SendAsync(third.Connect("third"));
        Assert.Equal(0, (await third.ReadPacketAsync())[3]);
    }

    [Fact]
    public async Task An_address_that_has_too_many_unfinished_displaces_its_own()
    {
        await using var gateway = await MqttTestGateway.StartAsync(TrustOne, ("Limits:UnfinishedPerAddress", "1"), ("Mqtt:ConnectTimeout", "00:01:00"));
        using var honest = await RawClient.OpenAsync(gateway.Port, from: "127.0.0.3");
        using var first = await RawClient.OpenAsync(gateway.Port, from: Stranger);
        await HasPlacesAsync(gateway, 2);
        using var second = await RawClient.OpenAsync(gateway.Port, from: Stranger);

        Assert.Empty(await first.ReadPacketAsync());
        await honest.SendAsync(honest.Connect("honest"));
        Assert.Equal(0, (await honest.ReadPacketAsync())[3]);
        await second.SendAsync(second.Connect("second"));
        Assert.Equal(0, (await second.ReadPacketAsync())[3]);
    }

    [Fact]
    public async Task When_too_many_have_named_no_device_the_oldest_gives_way_and_devices_stay()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Limits:NamelessConnections", "1"));
        using var device = await RawClient.ConnectAsync(gateway.Port, id: "device");
        await AssertServedAsync(device);
        using var idle = await RawClient.ConnectAsync(gateway.Port, id: "idle");
        using var next = await RawClient.ConnectAsync(gateway.Port, id: "next");

        Assert.Equal([0xE0, 1, 0x97], await idle.ReadPacketAsync());
        Assert.Empty(await idle.ReadPacketAsync());
        await AssertServedAsync(device);
        await AssertServedAsync(next);
        Assert.Single(gateway.Log.Containing("TooManyNameless"));
    }

    /// <summary>The server accepts connections in their order, and hands each to a thread of its own: who comes first is certain only once it has its place.</summary>
    private static Task HasPlacesAsync(MqttTestGateway gateway, int count) =>
        Eventually.TrueAsync(() => gateway.Get<Doorkeeper>().Unfinished == count, $"{count} have a place");

    /// <summary>The code in CONNACK; the client hangs up then.</summary>
    private static async Task<byte> AnswerAsync(MqttTestGateway gateway, byte version, string from)
    {
        using var client = await RawClient.OpenAsync(gateway.Port, version, from);
        await client.SendAsync(client.Connect("asking"));
        return (await client.ReadPacketAsync())[3];
    }

    private static async Task AssertServedAsync(RawClient client)
    {
        await client.SendAsync(client.Publish(1));
        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
    }
}
