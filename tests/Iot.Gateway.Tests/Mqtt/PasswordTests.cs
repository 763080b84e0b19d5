using Iot.Gateway.Devices;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>Devices that show a user name and a password, because they cannot do more.</summary>
public sealed class PasswordTests
{
    private const string Password = "correct horse 42";

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task A_device_with_its_password_publishes_in_its_own_name_only(string version)
    {
        await using var gateway = await StartAsync();
        Give(gateway, "pump-7");

        var (own, output) = await PublishAsync(gateway, "pump-7", Password, "pump-7", version);
        Assert.True(own == 0, output);
        Assert.Equal("[]", (await gateway.Ingest.NextAsync()).Text);
        (own, output) = await PublishAsync(gateway, "pump-7", Password, "pump-7", version); // now a cheap proof
        Assert.True(own == 0, output);
        await gateway.Ingest.NextAsync();

        var (foreign, said) = await PublishAsync(gateway, "pump-7", Password, "pump-8", version);
        Assert.True(foreign != 0 || said.Contains("Not authorized", StringComparison.OrdinalIgnoreCase), said);
        Assert.Equal(2, gateway.Ingest.Count);
    }

    [Theory]
    [InlineData("pump-7", "wrong horse 42!!")]
    [InlineData("pump-8", Password)]
    [InlineData("nobody", Password)]
    [InlineData("not a device id", Password)]
    [InlineData("pump-7", "")]
    public async Task Whoever_is_wrong_about_name_or_password_gets_one_and_the_same_answer(string user, string password)
    {
        await using var gateway = await StartAsync();
        Give(gateway, "pump-7");
        gateway.Registry.Add(DeviceId.Parse("pump-8"), new("", "", new Dictionary<string, string>()));

        var (exitCode, output) = await PublishAsync(gateway, user, password, "pump-7", "5");

        Assert.True(exitCode == 134 || output.Contains("Bad User Name or Password", StringComparison.OrdinalIgnoreCase), $"{exitCode}: {output}");
        Assert.Contains(await gateway.AuditAsync(), entry => entry is { Act: "mqtt.connect.refused", Detail: "unknown_credentials" });
    }

    [Fact]
    public async Task Guessing_is_stopped_and_the_device_itself_still_gets_in_from_elsewhere()
    {
        await using var gateway = await StartAsync();
        Give(gateway, "pump-7");
        for (var i = 0; i < AttemptLimit.PerCredential; i++) Assert.Equal(0x86, await ConnectAsync(gateway, $"guess number {i}", "127.0.9.9"));

        Assert.Equal(0x9F, await ConnectAsync(gateway, Password, "127.0.9.9"));
        Assert.Equal(0, await ConnectAsync(gateway, Password, "127.0.1.1"));
        Assert.Equal(0, await ConnectAsync(gateway, Password, "127.0.9.9")); // proved once: that costs nothing and shuts nobody out
    }

    [Theory]
    [InlineData("another")]
    [InlineData("none")]
    [InlineData("disabled")]
    public async Task Whoever_came_with_a_password_that_holds_no_more_has_to_go(string change)
    {
        await using var gateway = await StartAsync();
        Give(gateway, "pump-7");
        using var client = await OpenAsync(gateway, Password);
        Assert.Equal(0, (await client.ReadPacketAsync())[3]);
        var pump = DeviceId.Parse("pump-7");

        if (change is "disabled") gateway.Registry.Disable(pump);
        else gateway.Registry.SetPassword(pump, change is "another" ? DevicePassword.Of("another horse 43") : null);

        Assert.Equal([0xE0, 1, 0x98], await client.ReadPacketAsync());
        Assert.NotEqual(0, await ConnectAsync(gateway, Password, "127.0.0.1"));
    }

    [Fact]
    public void What_is_kept_is_a_hash_of_many_rounds_and_prints_as_none()
    {
        var password = DevicePassword.Of(Password);

        var bytes = Convert.FromBase64String(password.Hash);
        Assert.Equal(1, bytes[0]); // version 3 of the format of ASP.NET Core Identity
        Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5)) >= 100_000);
        Assert.DoesNotContain(password.Hash, $"{password}", StringComparison.Ordinal);
        Assert.False(password.WasProved(Password));
        Assert.False(password.Prove("wrong horse 42!!"));
        Assert.True(password.Prove(Password));
        Assert.True(password.WasProved(Password));
        Assert.False(password.WasProved("wrong horse 42!!"));
    }

    private static Task<MqttTestGateway> StartAsync() => MqttTestGateway.StartAsync(("Mqtt:AllowAnonymous", "false"));

    private static void Give(MqttTestGateway gateway, string device)
    {
        var id = DeviceId.Parse(device);
        gateway.Registry.Add(id, new("", "", new Dictionary<string, string>()));
        Assert.True(gateway.Registry.SetPassword(id, DevicePassword.Of(Password)));
    }

    private static Task<(int ExitCode, string Output)> PublishAsync(MqttTestGateway gateway, string user, string password, string device, string version) => RealProcess.RunAsync(
        "mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{gateway.Port}", "-V", version, "-u", user, "-P", password, "-t", $"v1/devices/{device}/telemetry", "-m", "[]", "-q", "1"]);

    private static async Task<RawClient> OpenAsync(MqttTestGateway gateway, string password, string from = "127.0.0.1")
    {
        var client = await RawClient.OpenAsync(gateway.Port, from: from);
        await client.SendAsync(RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, 0b1100_0010, 0, 60, 0, .. RawClient.Text("pump-7"), .. RawClient.Text("pump-7"), .. RawClient.Text(password)]));
        return client;
    }

    private static async Task<byte> ConnectAsync(MqttTestGateway gateway, string password, string from)
    {
        using var client = await OpenAsync(gateway, password, from);
        return (await client.ReadPacketAsync())[3];
    }
}
