namespace Iot.Gateway.Tests.Mqtt;

/// <summary>Topics and properties as large, as deep and as many as the protocol lets a client make them.</summary>
public sealed class BombTests
{
    private static readonly byte[] UserProperty = [0x26, 0, 1, (byte)'a', 0, 1, (byte)'b'];

    public static TheoryData<string, string> Topics => new()
    {
        { "as long as can be", new string('a', 65_535) },
        { "32,767 levels", string.Concat(Enumerable.Repeat("a/", 32_767)) },
        { "65,535 empty levels", new string('/', 65_535) },
        { "32,768 wildcards", string.Join('/', Enumerable.Repeat("+", 32_768)) },
        { "below telemetry", RawClient.Telemetry + string.Concat(Enumerable.Repeat("/a", 30_000)) },
        { "a device's name that long", $"v1/devices/{new string('x', 65_000)}/telemetry" },
    };

    [Theory]
    [MemberData(nameof(Topics))]
    public async Task A_topic_bomb_is_refused_in_publish_and_subscribe_and_its_sender_is_served_on(string _, string topic)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1, topic: topic));
        Assert.Equal([0x40, 3, 0, 1, 0x90], await client.ReadPacketAsync());
        await client.SendAsync(client.Subscribe(2, (topic, 1)));
        Assert.Equal([0x90, 4, 0, 2, 0, 0x8F], await client.ReadPacketAsync());

        await client.SendAsync(client.Publish(3));
        Assert.Equal([0x40, 2, 0, 3], await client.ReadPacketAsync());
        Assert.Equal(1, gateway.Ingest.Count);
        Assert.DoesNotContain(gateway.Log.Containing(""), line => line.Length > 2000);
        Assert.DoesNotContain(await gateway.AuditAsync(), entry => entry.Detail?.Length > 2000 || entry.On?.Length > 2000);
    }

    [Fact]
    public async Task A_filter_for_each_of_thousands_of_topics_is_answered_one_by_one_and_costs_32_places()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);
        var filters = Enumerable.Range(0, 120).Select(i => ($"v1/devices/pump-7/{i}", (byte)0)).ToArray();

        await client.SendAsync(client.Subscribe(1, filters));

        var answer = await client.ReadPacketAsync();
        Assert.Equal((32, 88), (answer[5..].Count(code => code == 0), answer[5..].Count(code => code == 0x97)));
    }

    [Theory]
    [InlineData("$SYS/broker/uptime")]
    [InlineData("$SYS")]
    [InlineData("$share/g/v1/devices/pump-7/telemetry")]
    [InlineData("$share//v1/devices/pump-7/telemetry")]
    [InlineData("$queue/v1/devices/pump-7/telemetry")]
    [InlineData("/v1/devices/pump-7/telemetry")]
    [InlineData("v1/devices/pump-7/telemetry/")]
    [InlineData("v1/devices/pump-7/#")]
    [InlineData("v1/devices/+/telemetry")]
    [InlineData("v1/devices/pump-7/+")]
    [InlineData("V1/devices/pump-7/telemetry")]
    [InlineData("v1/devices/../devices/pump-7/telemetry")]
    public async Task What_is_no_topic_of_the_contract_is_published_nowhere(string topic)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1, topic: topic), client.Publish(2));

        Assert.Equal([0x40, 3, 0, 1, 0x90], await client.ReadPacketAsync());
        Assert.Equal([0x40, 2, 0, 2], await client.ReadPacketAsync());
        Assert.Equal(1, gateway.Ingest.Count);
    }

    [Theory]
    [InlineData("$SYS/broker/uptime", 0x87)]
    [InlineData("$SYS/#", 0x87)]
    [InlineData("$share/g/v1/devices/pump-7/config/desired", 0x9E)]
    [InlineData("$share/g/#", 0x9E)]
    [InlineData("$share/g/$SYS/#", 0x9E)]
    [InlineData("$share//#", 0x9E)]
    [InlineData("$share/+/#", 0x9E)]
    [InlineData("$share", 0x87)]
    [InlineData("+/+/+/+", 0x87)]
    [InlineData("+/devices/pump-7/config/desired", 0x87)]
    [InlineData("v1/devices/pump-8/#", 0x87)]
    [InlineData("v1/devices/+/config/desired", 0x87)]
    public async Task Nobody_listens_to_the_broker_to_a_group_or_to_others(string filter, byte reason)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var five = await RawClient.ConnectAsync(gateway.Port, id: "five");
        using var three = await RawClient.ConnectAsync(gateway.Port, version: 4, id: "three");
        foreach (var (client, device) in new[] { (five, "pump-7"), (three, "pump-9") })
        {
            await client.SendAsync(client.Publish(1, topic: $"v1/devices/{device}/telemetry"));
            Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync()); // that is who it is now
        }

        await five.SendAsync(five.Subscribe(2, (filter, 1), ("v1/devices/pump-7/config/desired", 1)));
        await three.SendAsync(three.Subscribe(2, (filter, 1)));

        Assert.Equal([0x90, 5, 0, 2, 0, reason, 1], await five.ReadPacketAsync());
        Assert.Equal([0x90, 3, 0, 2, 0x80], await three.ReadPacketAsync());
    }

    [Fact]
    public async Task Thousands_of_properties_of_a_PUBLISH_are_passed_over_where_they_lie()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(Publish(1, Properties(30_000)));
        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());

        await client.SendAsync(Publish(2, Properties(30_000)[..^1], payload: ""));
        Assert.Equal([0xE0, 1, 0x81], await client.ReadPacketAsync());
        Assert.Equal(1, gateway.Ingest.Count);
    }

    [Fact]
    public async Task Thousands_of_properties_of_a_CONNECT_are_no_use_and_more_than_64_KiB_are_not_read()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var client = await RawClient.OpenAsync(gateway.Port);
            await client.SendAsync(Connect($"bomb-{i}", 0b10, Properties(9000), []));
            Assert.Equal(0, (await client.ReadPacketAsync())[3]);
            await client.SendAsync(client.Publish(1));
            Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
        }

        using var larger = await RawClient.OpenAsync(gateway.Port);
        await larger.SendAsync(Connect("larger", 0b10, Properties(10_000), [])[..5]);
        Assert.Empty(await larger.ReadPacketAsync());
        using var half = await RawClient.OpenAsync(gateway.Port);
        await half.SendAsync(Connect("half", 0b10, Properties(9000)[..^1], []));
        Assert.Empty(await half.ReadPacketAsync());
    }

    [Fact]
    public async Task A_last_will_of_bombs_is_refused()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        byte[][] wills =
        [
            [0, .. RawClient.Text(new string('a', 60_000)), .. RawClient.Text("x")],
            [0, .. RawClient.Text(string.Join('/', Enumerable.Repeat("+", 30_000))), .. RawClient.Text("x")],
            [.. Properties(8000), .. RawClient.Text("v1/devices/pump-7/telemetry"), .. RawClient.Text("[]")],
            [0, .. RawClient.Text("v1/devices/pump-7/status"), .. RawClient.Text(new string('{', 60_000))],
            [0, .. RawClient.Text("$SYS/broker/uptime"), .. RawClient.Text("1")],
        ];
        foreach (var will in wills)
        {
            using var client = await RawClient.OpenAsync(gateway.Port);
            await client.SendAsync(Connect("bomb", 0b110, [0], will));
            Assert.Equal(0x87, (await client.ReadPacketAsync())[3]);
        }

        using var good = await RawClient.ConnectAsync(gateway.Port);
    }

    private static byte[] Connect(string id, byte flags, byte[] properties, byte[] will) =>
        RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, flags, 0, 60, .. properties, .. RawClient.Text(id), .. will]);

    private static byte[] Publish(ushort id, byte[] properties, string payload = "[]") =>
        RawClient.Packet(0x32, [.. RawClient.Text(RawClient.Telemetry), .. RawClient.Two(id), .. properties, .. System.Text.Encoding.ASCII.GetBytes(payload)]);

    /// <summary>Their length and they themselves.</summary>
    private static byte[] Properties(int count)
    {
        var all = Enumerable.Repeat(UserProperty, count).SelectMany(property => property).ToArray();
        return RawClient.Packet(0, all)[1..];
    }
}
