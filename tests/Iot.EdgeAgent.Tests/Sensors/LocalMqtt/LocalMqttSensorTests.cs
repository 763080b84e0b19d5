using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.LocalMqtt;
using Iot.EdgeAgent.Tests.Enrollment;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Sensors.LocalMqtt;

/// <summary>Against a real mosquitto and what mosquitto_pub sends.</summary>
public sealed class LocalMqttSensorTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly LineLogger _log = new();
    private string _heard = "";

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_devices_publish_is_heard_and_a_payload_that_is_no_JSON_costs_itself_only()
    {
        await using var broker = await Mosquitto.StartAsync();
        using var sensor = Sensor(broker.Port, options => options with { Preset = LocalMqttPreset.Zigbee2Mqtt });
        await ListensAsync(sensor);

        await Mosquitto.PublishAsync(broker.Port, "zigbee2mqtt/kitchen", "{\"temperature\":21.5,");
        await Mosquitto.PublishAsync(broker.Port, "zigbee2mqtt/hall", "{\"temp");
        await Mosquitto.PublishAsync(broker.Port, "zigbee2mqtt/kitchen", "{\"temperature\":21.5,\"contact\":true}");

        await HearsAsync(sensor, "temperature=21.5 Cel; contact=true; ");
        var told = Assert.Single(_log.Lines, line => line.Contains("cannot be used", StringComparison.Ordinal));
        Assert.Contains("the payload of 'zigbee2mqtt/kitchen'", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_retained_message_is_old_news_unless_asked_for(bool asked)
    {
        await using var broker = await Mosquitto.StartAsync();
        await Mosquitto.PublishAsync(broker.Port, "zigbee2mqtt/hall", "{\"temperature\":1}", "-r");
        using var sensor = Sensor(broker.Port, options => options with { Preset = LocalMqttPreset.Zigbee2Mqtt, Retained = asked });
        await ListensAsync(sensor);
        if (asked) await HearsAsync(sensor, "temperature=1 Cel; ");

        await Mosquitto.PublishAsync(broker.Port, "zigbee2mqtt/hall", "{\"temperature\":2}", "-r");
        await HearsAsync(sensor, "temperature=2 Cel; ");
        Assert.Equal(asked, _heard.Contains("temperature=1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_goes_is_a_failure_and_is_found_again()
    {
        var broker = await Mosquitto.StartAsync();
        using var sensor = Sensor(broker.Port, options => options with { Preset = LocalMqttPreset.Tasmota });
        await ListensAsync(sensor);

        await broker.DisposeAsync();
        await HearsAsync(sensor, "gives nothing");
        await using var next = await Mosquitto.StartAsync(broker.Port);
        await Eventually.TrueAsync(() => !Round(sensor).Contains("gives nothing", StringComparison.Ordinal), "it listens again");
        await Mosquitto.PublishAsync(next.Port, "stat/plug/POWER", "ON");
        await HearsAsync(sensor, "POWER=true; ");
    }

    [Fact]
    public async Task A_message_too_large_to_be_a_measurement_is_kept_away_by_the_broker()
    {
        await using var broker = await Mosquitto.StartAsync();
        using var sensor = Sensor(broker.Port, options => options with { Mappings = new() { ["all"] = new() { Topic = "big/#", Kind = LocalMqttKind.Text } } });
        await ListensAsync(sensor);
        await File.WriteAllTextAsync(_directory["big"], new string('x', 1_000_000), TestContext.Current.CancellationToken);
        await RealProcess.RunAsync("mosquitto_pub", ["-h", "127.0.0.1", "-p", Text(broker.Port), "-t", "big/one", "-f", _directory["big"]]);
        await Mosquitto.PublishAsync(broker.Port, "big/two", "small");

        await HearsAsync(sensor, "all=small; ");
        Assert.DoesNotContain(_log.Lines, line => line.Contains("cannot be used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_shows_a_password_to_a_broker_that_it_can_trust_only()
    {
        using var authority = new TestAuthority(DateTimeOffset.UtcNow);
        using var certificate = authority.Server();
        var port = FreePort.Next();
        await WriteAsync(("ca.pem", authority.Root.ExportCertificatePem()), ("password", "secret\n"), ("users", "agent:secret\n"));
        await WriteAsync(("cert.pem", certificate.ExportCertificatePem() + "\n" + authority.Issuing.ExportCertificatePem()), ("key.pem", Key(certificate)));
        await RealProcess.RunAsync("mosquitto_passwd", ["-U", _directory["users"]]);
        await WriteAsync(("conf", $"listener {port} 127.0.0.1\ncertfile {_directory["cert.pem"]}\nkeyfile {_directory["key.pem"]}\npassword_file {_directory["users"]}\nallow_anonymous false\nuser root\n"));
        await using var broker = RealProcess.Start("mosquitto", ["-v", "-c", _directory["conf"]]);
        await broker.LineAsync("running");
        LocalMqttOptions Secure(LocalMqttOptions options) => options with
        {
            Preset = LocalMqttPreset.Tasmota, Url = $"mqtts://127.0.0.1:{port}", Username = "agent", PasswordFile = _directory["password"], CaFile = _directory["ca.pem"],
        };

        using var sensor = Sensor(port, Secure);
        await ListensAsync(sensor);
        using var distrustful = Sensor(port, options => Secure(options) with { CaFile = null });
        await HearsAsync(distrustful, "certificate");
        await WriteAsync(("password", "wrong"));
        using var wrong = Sensor(port, Secure);
        await HearsAsync(wrong, "NotAuthorized. Check Url, Username and PasswordFile");
    }

    /// <summary>mosquitto 2 speaks both; a listener that hangs up stands for a broker of before 2018.</summary>
    [Fact]
    public async Task A_broker_that_hangs_up_on_MQTT_5_is_spoken_to_in_3_1_1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sensor = Sensor(((IPEndPoint)listener.LocalEndpoint).Port, options => options with { Preset = LocalMqttPreset.Tasmota });
        Round(sensor);

        Assert.Equal(5, await LevelAsync(listener));
        Assert.Equal(4, await LevelAsync(listener));
    }

    private static async Task<int> LevelAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var connect = new byte[9]; // type, length, 0, 4, M, Q, T, T, level
        await client.GetStream().ReadExactlyAsync(connect, TestContext.Current.CancellationToken);
        return connect[8];
    }

    private LocalMqttSensor Sensor(int port, Func<LocalMqttOptions, LocalMqttOptions> change) =>
        new("local", change(new() { Url = $"mqtt://127.0.0.1:{Text(port)}" }), TimeProvider.System, _log);

    private Task ListensAsync(LocalMqttSensor sensor) => Eventually.TrueAsync(
        () =>
        {
            _heard += Round(sensor);
            return _log.Lines.Any(line => line.Contains("listens on", StringComparison.Ordinal));
        }, "the sensor listens");

    private Task HearsAsync(LocalMqttSensor sensor, string wanted) => Eventually.TrueAsync(
        () =>
        {
            _heard += Round(sensor);
            return _heard.Contains(wanted, StringComparison.Ordinal);
        }, $"it hears {wanted}, heard was {_heard}");

    private static string Round(LocalMqttSensor sensor)
    {
        var readings = new SensorReadings();
        readings.Begin(TimeProvider.System.GetUtcNow());
        try
        {
            sensor.Sample(readings);
        }
        catch (IOException e)
        {
            return Modbus.Slaves.Text(readings) + e.Message;
        }

        return Modbus.Slaves.Text(readings);
    }

    private static string Key(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate);
        return key!.ExportPkcs8PrivateKeyPem();
    }

    private async Task WriteAsync(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files) await File.WriteAllTextAsync(_directory[name], text, TestContext.Current.CancellationToken);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
