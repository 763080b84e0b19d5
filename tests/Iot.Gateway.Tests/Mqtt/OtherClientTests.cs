using Iot.Testing;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>What people really write devices with: paho of Python and mqtt.js, over TLS with a client certificate. Both come from Debian.</summary>
public sealed class OtherClientTests : IDisposable
{
    private const string Paho = """
        import ssl, sys, paho.mqtt.client as mqtt
        port, roots, certificate, key, device, topic, version = sys.argv[1:]
        client = mqtt.Client(client_id=device, protocol=mqtt.MQTTv5 if version == "5" else mqtt.MQTTv311)
        client.tls_set(ca_certs=roots, certfile=certificate, keyfile=key, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        def connected(client, userdata, flags, reason, properties=None):
            print("connected", int(reason.value if hasattr(reason, "value") else reason), flush=True)
            if int(reason.value if hasattr(reason, "value") else reason) == 0: client.publish(topic, "[]", qos=1)
            else: client.disconnect()
        def published(client, userdata, message):
            print("published", flush=True)
            client.disconnect()
        def disconnected(client, userdata, reason, properties=None):
            print("disconnected", flush=True)
            client.disconnect()
        client.on_connect, client.on_publish, client.on_disconnect = connected, published, disconnected
        client.connect("localhost", int(port), keepalive=30)
        client.loop_forever(retry_first_connection=False)
        """;

    private const string MqttJs = """
        const [port, roots, certificate, key, device, topic, version] = process.argv.slice(1);
        const fs = require('fs');
        const client = require('mqtt').connect({
          protocol: 'mqtts', host: 'localhost', port: Number(port), clientId: device, protocolVersion: Number(version === '5' ? 5 : 4), reconnectPeriod: 0,
          ca: fs.readFileSync(roots), cert: fs.readFileSync(certificate), key: fs.readFileSync(key), rejectUnauthorized: true, ALPNProtocols: ['mqtt'],
        });
        client.on('connect', () => {
          console.log('connected 0');
          client.publish(topic, '[]', { qos: 1 }, error => { console.log(error ? `refused ${error.code}` : 'published'); client.end(true); });
        });
        client.on('close', () => { console.log('disconnected'); client.end(true); });
        client.on('error', error => { console.log(`refused ${error.code}`); client.end(true); });
        """;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("paho", "311")]
    [InlineData("paho", "5")]
    [InlineData("mqtt.js", "311")]
    [InlineData("mqtt.js", "5")]
    public async Task An_enrolled_device_publishes(string client, string version)
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        var output = await RunAsync(client, gateway, pump, "pump-7", version);

        Assert.Contains("connected 0", output, StringComparison.Ordinal);
        Assert.Contains("published", output, StringComparison.Ordinal);
        Assert.Equal("[]", (await gateway.Ingest.NextAsync()).Text);
    }

    [Theory]
    [InlineData("paho", "311")]
    [InlineData("mqtt.js", "311")]
    [InlineData("mqtt.js", "5")]
    public async Task Another_devices_topic_is_refused(string client, string version)
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        var output = await RunAsync(client, gateway, pump, "pump-8", version);

        Assert.Contains("connected 0", output, StringComparison.Ordinal);
        Assert.Contains(version is "5" ? "refused 135" : "disconnected", output, StringComparison.Ordinal);
        if (client is "paho" || version is "311") Assert.DoesNotContain("published", output, StringComparison.Ordinal); // mqtt.js calls its callback after it has told the refusal
        Assert.Equal(0, gateway.Ingest.Count);
    }

    [Theory]
    [InlineData("paho")]
    [InlineData("mqtt.js")]
    public async Task A_gateway_that_cannot_show_the_root_is_told_nothing(string client)
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        await using var other = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var pump = DeviceFiles.Enroll(other, _directory, "pump-7");

        var output = await RunAsync(client, gateway, pump, "pump-7", "311");

        Assert.DoesNotContain("connected 0", output, StringComparison.Ordinal);
        Assert.Equal(0, gateway.Ingest.Count);
    }

    private static async Task<string> RunAsync(string client, MqttTestGateway gateway, DeviceFiles files, string device, string version)
    {
        string[] words = [$"{gateway.TlsPort}", files.Roots, files.Certificate, files.Key, "pump-7", $"v1/devices/{device}/telemetry", version];
        var (_, output) = client is "paho"
            ? await RealProcess.RunAsync("/usr/bin/python3", ["-c", Paho, .. words])
            : await RealProcess.RunAsync("env", ["NODE_PATH=/usr/share/nodejs", "node", "-e", MqttJs, .. words]);
        return output;
    }
}
