using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>Devices that show a certificate: the real mosquitto_pub, and MQTT by hand.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task An_enrolled_device_publishes_in_its_own_name(string version)
    {
        await using var gateway = await StartAsync();
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        var (exitCode, output) = await PublishAsync(pump, gateway, "pump-7", version);

        Assert.True(exitCode == 0, output);
        Assert.Equal("[]", (await gateway.Ingest.NextAsync()).Text);
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task A_device_cannot_speak_for_another(string version)
    {
        await using var gateway = await StartAsync();
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");
        DeviceFiles.Enroll(gateway, _directory, "pump-8");

        var (exitCode, output) = await PublishAsync(pump, gateway, "pump-8", version);

        Assert.True(exitCode != 0 || output.Contains("Not authorized", StringComparison.OrdinalIgnoreCase), output);
        Assert.Single(gateway.Log.Containing("may not publish to v1/devices/pump-8/telemetry"));
        Assert.Contains(await gateway.AuditAsync(), entry => entry is { Act: "mqtt.publish.refused", Detail: "foreign_topic" });
        Assert.Equal(0, gateway.Ingest.Count);
    }

    [Fact]
    public async Task A_device_hears_only_what_is_for_it()
    {
        await using var gateway = await StartAsync();
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        var (own, _) = await SubscribeAsync(pump, gateway, "v1/devices/pump-7/config/desired", seconds: 1);
        Assert.Equal(27, own); // its time was up: nothing came, and it was allowed to wait
        foreach (var filter in new[] { "v1/devices/pump-8/config/desired", "v1/devices/+/status", "#", "$SYS/#", "$share/g/v1/devices/pump-7/config/desired" })
        {
            var (_, output) = await SubscribeAsync(pump, gateway, filter, seconds: 30);
            Assert.Contains("All subscription requests were denied", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_certificate_of_another_gateway_does_not_help()
    {
        await using var gateway = await StartAsync();
        await using var other = await StartAsync();
        var stranger = DeviceFiles.Enroll(other, _directory, "pump-7");
        File.WriteAllText(stranger.Roots, gateway.Enrollment.RootsPem);
        gateway.Registry.Add(DeviceId.Parse("pump-7"), new("", "", new Dictionary<string, string>()));

        var (exitCode, output) = await PublishAsync(stranger, gateway, "pump-7", "5");

        Assert.True(exitCode != 0 && output.Contains("Not authorized", StringComparison.OrdinalIgnoreCase), output);
        Assert.Contains(await gateway.AuditAsync(), entry => entry is { Act: "mqtt.connect.refused", Detail: "unknown_certificate" });
    }

    [Fact]
    public async Task A_certificate_that_has_expired_does_not_help_and_the_log_says_what_does()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await StartAsync(clock);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");
        clock.Advance(TimeSpan.FromDays(91));

        var (exitCode, output) = await PublishAsync(pump, gateway, "pump-7", "5");

        Assert.True(exitCode != 0 && output.Contains("Not authorized", StringComparison.OrdinalIgnoreCase), output);
        Assert.Single(gateway.Log.Containing("Ca:RenewExpiredFor"));
    }

    [Fact]
    public async Task Without_a_certificate_nobody_speaks_for_a_device_that_has_one()
    {
        await using var gateway = await StartAsync();
        DeviceFiles.Enroll(gateway, _directory, "pump-7");
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1));

        Assert.Equal([0x40, 3, 0, 1, 0x87], await client.ReadPacketAsync());
        Assert.Equal(0, gateway.Ingest.Count);
    }

    [Fact]
    public async Task Shutting_a_device_out_ends_its_connection_and_letting_it_in_lets_it_come_again()
    {
        await using var gateway = await StartAsync(WithoutAnonymous);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");
        var other = DeviceFiles.Enroll(gateway, _directory, "pump-8");
        await using var live = await TlsClient.OpenAsync(gateway, pump);
        await using var unconcerned = await TlsClient.OpenAsync(gateway, other);
        using var mqtt = await RawClient.ConnectAsync(live.Stream, id: "pump-7");
        using var bystander = await RawClient.ConnectAsync(unconcerned.Stream, id: "pump-8");

        gateway.Registry.Disable(DeviceId.Parse("pump-7"));

        Assert.Equal([0xE0, 1, 0x98], await mqtt.ReadPacketAsync());
        Assert.Empty(await mqtt.ReadPacketAsync());
        var (shutOut, _) = await PublishAsync(pump, gateway, "pump-7", "5");
        Assert.NotEqual(0, shutOut);
        await bystander.SendAsync(bystander.Publish(1, topic: "v1/devices/pump-8/telemetry"));
        Assert.Equal([0x40, 2, 0, 1], await bystander.ReadPacketAsync());

        gateway.Registry.Enable(DeviceId.Parse("pump-7"));
        var (letIn, output) = await PublishAsync(pump, gateway, "pump-7", "5");
        Assert.True(letIn == 0, output);
    }

    [Fact]
    public async Task Enrolling_a_device_ends_the_connection_of_who_spoke_for_it_without_a_certificate()
    {
        await using var gateway = await StartAsync();
        using var impostor = await RawClient.ConnectAsync(gateway.Port);
        await impostor.SendAsync(impostor.Publish(1));
        Assert.Equal([0x40, 2, 0, 1], await impostor.ReadPacketAsync());

        DeviceFiles.Enroll(gateway, _directory, "pump-7");

        Assert.Equal([0xE0, 1, 0x98], await impostor.ReadPacketAsync());
    }

    [Fact]
    public async Task A_device_may_take_over_itself_and_nobody_else()
    {
        await using var gateway = await StartAsync();
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");
        var other = DeviceFiles.Enroll(gateway, _directory, "pump-8");
        await using var first = await TlsClient.OpenAsync(gateway, pump);
        using var mqtt = await RawClient.ConnectAsync(first.Stream, id: "shared");

        await using var thief = await TlsClient.OpenAsync(gateway, other);
        using var refused = RawClient.Open(thief.Stream);
        await refused.SendAsync(refused.Connect("shared"));
        Assert.Equal(0x87, (await refused.ReadPacketAsync())[3]);
        using var nobody = await RawClient.OpenAsync(gateway.Port);
        await nobody.SendAsync(nobody.Connect("shared"));
        Assert.Equal(0x87, (await nobody.ReadPacketAsync())[3]);
        await mqtt.SendAsync(mqtt.Publish(1));
        Assert.Equal([0x40, 2, 0, 1], await mqtt.ReadPacketAsync());

        await using var again = await TlsClient.OpenAsync(gateway, pump);
        using var itself = await RawClient.ConnectAsync(again.Stream, id: "shared");
        Assert.Equal([0xE0, 2, 0x8E, 0], await mqtt.ReadPacketAsync());
    }

    [Fact]
    public async Task The_id_of_a_device_is_kept_for_it_also_while_it_is_away()
    {
        await using var gateway = await StartAsync();
        DeviceFiles.Enroll(gateway, _directory, "pump-7");
        await using var thief = await TlsClient.OpenAsync(gateway, DeviceFiles.Enroll(gateway, _directory, "pump-8"));
        using var refused = RawClient.Open(thief.Stream);
        using var nobody = await RawClient.OpenAsync(gateway.Port);

        foreach (var client in new[] { refused, nobody })
        {
            await client.SendAsync(client.Connect("pump-7"));
            Assert.Equal(0x87, (await client.ReadPacketAsync())[3]);
        }
    }

    [Theory]
    [InlineData("pump-8", 0x87)]
    [InlineData("pump-7", 0)]
    public async Task A_last_will_is_for_ones_own_status_only(string named, byte code)
    {
        await using var gateway = await StartAsync();
        await using var tls = await TlsClient.OpenAsync(gateway, DeviceFiles.Enroll(gateway, _directory, "pump-7"));
        using var client = RawClient.Open(tls.Stream);

        await client.SendAsync(RawClient.Packet(0x10,
            [.. RawClient.Text("MQTT"), 5, 0b0000_0110, 0, 60, 0, .. RawClient.Text("pump-7"), 0, .. RawClient.Text($"v1/devices/{named}/status"), .. RawClient.Text("""{"state":"offline"}""")]));

        Assert.Equal(code, (await client.ReadPacketAsync())[3]);
        Assert.Equal(code == 0 ? 0 : 1, gateway.Log.Containing("Its last will must be").Count());
    }

    private static readonly (string Key, string Value) WithoutAnonymous = ("Mqtt:AllowAnonymous", "false");

    private static Task<MqttTestGateway> StartAsync(params (string Key, string Value)[] settings) => MqttTestGateway.StartAsync([MqttTestGateway.WithTls, .. settings]);

    private static Task<MqttTestGateway> StartAsync(TimeProvider clock) => MqttTestGateway.StartAsync(clock, MqttTestGateway.WithTls);

    private static Task<(int ExitCode, string Output)> PublishAsync(DeviceFiles files, MqttTestGateway gateway, string device, string version) => RealProcess.RunAsync(
        "mosquitto_pub", [.. files.Words(gateway.TlsPort), "-V", version, "-t", $"v1/devices/{device}/telemetry", "-m", "[]", "-q", "1"]);

    /// <param name="seconds">How long it waits, unless it is refused before.</param>
    private static Task<(int ExitCode, string Output)> SubscribeAsync(DeviceFiles files, MqttTestGateway gateway, string filter, int seconds) => RealProcess.RunAsync(
        "mosquitto_sub", [.. files.Words(gateway.TlsPort), "-V", "5", "-t", filter, "-W", $"{seconds}"]);
}
