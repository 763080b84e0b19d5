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

    [Fact]
    public async Task A_fleet_that_returns_all_at_once_from_one_address_is_let_in_and_nobody_calls_it_guessing()
    {
        await using var gateway = await StartAsync(("Limits:TrustedAddresses", "127.0.0.1"), ("Limits:UnfinishedPerAddress", "60"));
        string[] fleet = [.. Enumerable.Range(0, 2 * AttemptLimit.PerAddress).Select(i => $"pump-{i}")];
        foreach (var device in fleet) Give(gateway, device);

        var answers = await Task.WhenAll(fleet.Select(device => ConnectAsync(gateway, Password, "127.0.9.9", device)));

        Assert.All(answers, answer => Assert.Equal(0, answer));
        Assert.Empty(gateway.SecurityEvents.All());
        for (var i = 0; i < AttemptLimit.PerCredential; i++) Assert.Equal(0x86, await ConnectAsync(gateway, $"guess number {i}", "127.0.9.9"));
        Assert.Equal(0x9F, await ConnectAsync(gateway, "one guess more", "127.0.9.9"));
    }

    [Fact]
    public async Task When_too_many_wait_for_their_turn_the_rest_is_put_off_and_none_of_it_counts()
    {
        var identity = new DeviceIdentity(TimeProvider.System);
        using var passwords = new DevicePasswords(identity, new() { UnfinishedConnections = 1, TrustedAddresses = "" }, TimeProvider.System);
        var devices = Enumerable.Range(0, 2 * AttemptLimit.PerAddress).Select(i => DeviceId.Parse($"pump-{i}")).ToList();
        var hash = DevicePassword.Of(Password).Hash;
        foreach (var device in devices) identity.Set(device, new(device, new("", "", new Dictionary<string, string>()), EnrollmentState.Active, default, null, null, []) { PasswordHash = hash });
        Task<PasswordAnswer>[] AllAtOnce() => [.. devices.Select(async device => (await passwords.JudgeAsync(device, System.Text.Encoding.UTF8.GetBytes(Password), System.Net.IPAddress.Parse("192.0.2.7"), default)).Answer)];

        var answers = await Task.WhenAll(AllAtOnce());
        Assert.Contains(PasswordAnswer.TooManyWaiting, answers);
        while (Array.Exists(answers, answer => answer != PasswordAnswer.Right)) // all get in, a few more each time
        {
            Assert.All(answers, answer => Assert.True(answer is PasswordAnswer.Right or PasswordAnswer.TooManyWaiting, $"{answer}"));
            answers = await Task.WhenAll(AllAtOnce());
        }
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

    private static Task<MqttTestGateway> StartAsync(params (string, string)[] settings) => MqttTestGateway.StartAsync([("Mqtt:AllowAnonymous", "false"), .. settings]);

    private static void Give(MqttTestGateway gateway, string device)
    {
        var id = DeviceId.Parse(device);
        gateway.Registry.Add(id, new("", "", new Dictionary<string, string>()));
        Assert.True(gateway.Registry.SetPassword(id, DevicePassword.Of(Password)));
    }

    private static Task<(int ExitCode, string Output)> PublishAsync(MqttTestGateway gateway, string user, string password, string device, string version) => RealProcess.RunAsync(
        "mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{gateway.Port}", "-V", version, "-u", user, "-P", password, "-t", $"v1/devices/{device}/telemetry", "-m", "[]", "-q", "1"]);

    private static async Task<RawClient> OpenAsync(MqttTestGateway gateway, string password, string from = "127.0.0.1", string device = "pump-7")
    {
        var client = await RawClient.OpenAsync(gateway.Port, from: from);
        await client.SendAsync(RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, 0b1100_0010, 0, 60, 0, .. RawClient.Text(device), .. RawClient.Text(device), .. RawClient.Text(password)]));
        return client;
    }

    private static async Task<byte> ConnectAsync(MqttTestGateway gateway, string password, string from, string device = "pump-7")
    {
        using var client = await OpenAsync(gateway, password, from, device);
        return (await client.ReadPacketAsync(seconds: 60))[3];
    }
}
