using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>What can be done to TLS before and beside MQTT; a device that behaves is served throughout.</summary>
public sealed class TlsAbuseTests : IDisposable
{
    private const string Stranger = "127.0.0.2";
    private static readonly byte[] HalfHello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3];

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray() },
        { "MQTT without TLS", RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, 0b10, 0, 60, 0, .. RawClient.Text("raw")]) },
        { "noise", [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 131))] },
        { "a hello that says nothing", [0x16, 3, 1, 0, 4, 1, 0, 0, 0] },
        { "an alert", [0x15, 3, 3, 0, 2, 2, 40] },
        { "SSL 2", [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10] },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_instead_of_a_hello_ends_the_connection_and_costs_the_others_nothing(string _, byte[] words)
    {
        await using var gateway = await StartAsync();
        using var stranger = await RawClient.OpenAsync(gateway.TlsPort);
        await stranger.SendAsync(words);

        await EndsAsync(stranger);
        await AssertServedAsync(gateway);
    }

    [Fact]
    public async Task A_handshake_that_never_ends_loses_its_place_after_the_time_of_CONNECT()
    {
        await using var gateway = await StartAsync(("Mqtt:ConnectTimeout", "00:00:00.300"), ("Limits:UnfinishedConnections", "2"));
        using var silent = await RawClient.OpenAsync(gateway.TlsPort);
        using var half = await RawClient.OpenAsync(gateway.TlsPort);
        await half.SendAsync(HalfHello);

        await EndsAsync(silent);
        await EndsAsync(half);
    }

    [Fact]
    public async Task Thousands_of_half_open_handshakes_give_way_to_a_device()
    {
        await using var gateway = await StartAsync(("Mqtt:ConnectTimeout", "00:01:00"), ("Limits:UnfinishedConnections", "100"));
        using var attack = new Attack(gateway.TlsPort, net: 1, addresses: 200);

        await attack.OpenAsync(1500, _ => HalfHello);
        await attack.OpenAsync(1500, _ => []);
        await AssertServedAsync(gateway);
    }

    [Fact]
    public async Task Who_connects_too_often_gets_no_handshake_and_others_do()
    {
        await using var gateway = await MqttTestGateway.StartAsync(
            new FakeTimeProvider(DateTimeOffset.UtcNow), MqttTestGateway.WithTls, ("Mqtt:AllowAnonymous", "false"),
            ("Limits:TrustedAddresses", "127.0.0.1"), ("Limits:ConnectsPerSecondPerAddress", "1"), ("Limits:Burst", "00:00:02"));
        var outcomes = new List<bool>();
        for (var i = 0; i < 6; i++) outcomes.Add(await IsGreetedAsync(gateway, Stranger));

        Assert.Equal([true, true, false, false, false, false], outcomes);
        Assert.True(await IsGreetedAsync(gateway, "127.0.0.3"));
        await AssertServedAsync(gateway);
        Assert.Single(gateway.Log.Containing("ConnectRateOfAddress"));
        Assert.Contains(await gateway.AuditAsync(), entry => entry is { Act: "mqtt.connect.refused", Detail: "connect_rate_of_address" });
    }

    [Fact]
    public async Task A_client_may_not_negotiate_anew()
    {
        await using var gateway = await StartAsync();
        var input = _directory["input"]; // one that does not end: what ends is the connection
        var (exitCode, output) = await RealProcess.RunAsync("sh", ["-c", $"mkfifo {input} && exec 3<>{input} && echo R >&3 && exec openssl s_client -connect 127.0.0.1:{gateway.TlsPort} -tls1_2 <&3 2>&1"]);

        Assert.Contains("RENEGOTIATING", output, StringComparison.Ordinal);
        Assert.True(exitCode != 0, output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task A_certificate_that_a_stranger_signed_himself_in_the_name_of_a_device_is_worth_nothing(int names)
    {
        await using var gateway = await StartAsync();
        var thief = await SelfSignedAsync(gateway, "pump-7", names);

        await using var tls = await TlsClient.OpenAsync(gateway, thief);
        using var mqtt = RawClient.Open(tls.Stream);
        await mqtt.SendAsync(mqtt.Connect("pump-7"));

        Assert.Equal(0x87, (await mqtt.ReadPacketAsync())[3]);
        await AssertServedAsync(gateway);
        Assert.Contains(await gateway.AuditAsync(), entry => entry is { Act: "mqtt.connect.refused", Detail: "unknown_certificate" });
    }

    [Fact]
    public async Task A_certificate_of_hundreds_of_kilobytes_is_not_even_read()
    {
        await using var gateway = await StartAsync();
        var huge = await SelfSignedAsync(gateway, "pump-7", names: 20_000);
        Assert.True(new FileInfo(huge.Certificate).Length > 300_000);

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await using var tls = await TlsClient.OpenAsync(gateway, huge);
            using var mqtt = RawClient.Open(tls.Stream);
            await mqtt.SendAsync(mqtt.Connect("pump-7"));
            if ((await mqtt.ReadPacketAsync()).Length == 0) throw new IOException("closed");
        });
        await AssertServedAsync(gateway);
    }

    [Theory]
    [InlineData("before CONNECT", false, new byte[] { 0xFF, 0xFF, 0xFF }, null)]
    [InlineData("publish before CONNECT", false, new byte[] { 0x30, 3, 0, 1, (byte)'a' }, null)]
    [InlineData("second CONNECT", true, new byte[] { 0x10, 0 }, (byte)0x82)]
    [InlineData("server's packet", true, new byte[] { 0x20, 2, 0, 0 }, (byte)0x82)]
    [InlineData("reserved flags", true, new byte[] { 0x36, 4, 0, 0, 0, 0 }, (byte)0x81)]
    [InlineData("endless length", true, new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1 }, (byte)0x81)]
    public async Task A_packet_that_breaks_the_protocol_does_so_over_TLS_too(string _, bool connected, byte[] packet, byte? reason)
    {
        await using var gateway = await StartAsync();
        await using var tls = await TlsClient.OpenAsync(gateway, DeviceFiles.Enroll(gateway, _directory, "pump-7"));
        using var mqtt = connected ? await RawClient.ConnectAsync(tls.Stream, "pump-7") : RawClient.Open(tls.Stream);

        await mqtt.SendAsync(packet);

        if (reason is { } code) Assert.Equal([0xE0, 1, code], await mqtt.ReadPacketAsync());
        Assert.Empty(await mqtt.ReadPacketAsync());
        Assert.Equal(0, gateway.Ingest.Count);
    }

    [Fact]
    public async Task A_device_that_vanishes_in_the_middle_of_a_packet_has_published_what_was_whole_and_nothing_else()
    {
        await using var gateway = await StartAsync();
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");
        await using (var tls = await TlsClient.OpenAsync(gateway, pump))
        {
            using var mqtt = await RawClient.ConnectAsync(tls.Stream, "pump-7");
            await mqtt.SendAsync(mqtt.Publish(1), mqtt.Publish(2)[..^1]);
            Assert.Equal([0x40, 2, 0, 1], await mqtt.ReadPacketAsync());
        }

        await using var again = await TlsClient.OpenAsync(gateway, pump);
        using var next = await RawClient.ConnectAsync(again.Stream, "pump-7");
        await next.SendAsync(next.Publish(3));
        Assert.Equal([0x40, 2, 0, 3], await next.ReadPacketAsync());
        Assert.Equal(2, gateway.Ingest.Count);
    }

    private static Task<MqttTestGateway> StartAsync(params (string Key, string Value)[] settings) =>
        MqttTestGateway.StartAsync([MqttTestGateway.WithTls, ("Mqtt:AllowAnonymous", "false"), .. settings]);

    /// <summary>A device of its own gets a message in.</summary>
    private async Task AssertServedAsync(MqttTestGateway gateway)
    {
        await using var tls = await TlsClient.OpenAsync(gateway, DeviceFiles.Enroll(gateway, _directory, "good-1"));
        using var mqtt = await RawClient.ConnectAsync(tls.Stream, "good-1");
        await mqtt.SendAsync(mqtt.Publish(1, topic: "v1/devices/good-1/telemetry"));
        Assert.Equal([0x40, 2, 0, 1], await mqtt.ReadPacketAsync());
    }

    /// <summary>Whatever comes before it: an alert perhaps.</summary>
    private static async Task EndsAsync(RawClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.True(await client.EndsAsync(patience.Token), "the connection stays open");
    }

    private static async Task<bool> IsGreetedAsync(MqttTestGateway gateway, string from)
    {
        using var socket = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        try
        {
            await socket.ConnectAsync("127.0.0.1", gateway.TlsPort);
            await using var tls = new SslStream(socket.GetStream());
#pragma warning disable CA5359 // a stranger does not care whom he meets
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, _, _, _) => true });
#pragma warning restore CA5359
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            return false;
        }
    }

    /// <summary>Openssl's, with as many DNS names in it as the test likes.</summary>
    private async Task<DeviceFiles> SelfSignedAsync(MqttTestGateway gateway, string device, int names)
    {
        if (gateway.Registry.Find(DeviceId.Parse(device)) is null) DeviceFiles.Enroll(gateway, _directory, device);
        var files = new DeviceFiles(_directory, device);
        await File.WriteAllTextAsync(_directory["thief.cnf"], $"[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN={device}\n[v3]\nsubjectAltName=@names\n[names]\n"
            + string.Concat(Enumerable.Range(1, names).Select(i => $"DNS.{i}=name-{i}.example\n")));
        var (exitCode, output) = await RealProcess.RunAsync(
            "openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "30", "-config", _directory["thief.cnf"], "-keyout", files.Key, "-out", files.Certificate]);
        Assert.True(exitCode == 0, output);
        return files;
    }
}
