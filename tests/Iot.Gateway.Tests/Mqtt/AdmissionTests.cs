namespace Iot.Gateway.Tests.Mqtt;

public sealed class AdmissionTests
{
    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 0x87)]
    public async Task Without_AllowAnonymous_nobody_is_let_in_and_the_log_says_what_to_do(byte version, byte code)
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:AllowAnonymous", "false"));
        using var client = await RawClient.OpenAsync(gateway.Port, version);

        await client.SendAsync(client.Connect("raw"));

        Assert.Equal(code, (await client.ReadPacketAsync())[3]);
        Assert.Empty(await client.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("set Mqtt:AllowAnonymous=true"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_client_without_an_id_is_given_one(byte version)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var first = await RawClient.ConnectAsync(gateway.Port, version, id: "");
        using var second = await RawClient.ConnectAsync(gateway.Port, version, id: "");

        await first.SendAsync(first.Publish(1)); // not taken over by the second
        Assert.Equal([0x40, 2, 0, 1], await first.ReadPacketAsync());
    }

    [Fact]
    public async Task A_3_1_1_client_without_an_id_that_wants_a_session_is_refused()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.OpenAsync(gateway.Port, version: 4);

        await client.SendAsync(client.Connect("", flags: 0));

        Assert.Empty(await client.ReadPacketAsync());
    }

    [Fact]
    public async Task CONNACK_promises_what_is_kept_and_no_more()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:MaxInFlightPerConnection", "33"), ("Limits:PayloadBytes", "2048"));
        using var client = await RawClient.OpenAsync(gateway.Port);

        await client.SendAsync(client.Connect("raw", keepAlive: 0, flags: 0));
        var answer = await client.ReadPacketAsync();

        // session expiry 0, receive maximum 33, maximum packet size 3072, no shared subscriptions, keep alive 300 s; no topic alias
        Assert.Equal([0x20, 21, 0, 0, 18, 0x11, 0, 0, 0, 0, 0x21, 0, 33, 0x27, 0, 0, 0x0C, 0, 0x2A, 0, 0x13, 1, 44], answer);
    }

    [Fact]
    public async Task The_same_id_again_takes_over()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var first = await RawClient.ConnectAsync(gateway.Port);
        using var second = await RawClient.ConnectAsync(gateway.Port);

        Assert.Equal([0xE0, 2, 0x8E, 0], await first.ReadPacketAsync());
        await second.SendAsync(second.Publish(1));
        Assert.Equal([0x40, 2, 0, 1], await second.ReadPacketAsync());
    }

    [Fact]
    public async Task Credentials_that_cannot_be_checked_are_not_waved_through()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.OpenAsync(gateway.Port);

        await client.SendAsync(RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, 0b1100_0010, 0, 60, 0, .. RawClient.Text("raw"), .. RawClient.Text("u"), .. RawClient.Text("p")]));

        Assert.Equal(0x86, (await client.ReadPacketAsync())[3]);
    }

    [Theory]
    [InlineData("v1/devices/pump-7/telemetry", "[]")]
    [InlineData("v1/devices/pump-7/status", "not a status")]
    [InlineData("elsewhere", "x")]
    public async Task A_last_will_may_only_be_the_status_of_a_device(string topic, string payload)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.OpenAsync(gateway.Port);

        await client.SendAsync(RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, 0b0000_0110, 0, 60, 0, .. RawClient.Text("raw"), 0, .. RawClient.Text(topic), .. RawClient.Text(payload)]));

        Assert.Equal(0x87, (await client.ReadPacketAsync())[3]);
    }
}
