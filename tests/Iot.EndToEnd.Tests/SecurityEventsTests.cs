using System.Globalization;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The real gateway with real clients that misbehave, and with a fleet that does not.</summary>
public sealed class SecurityEventsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_clients_with_one_id_are_told_of_and_the_webhook_hears_of_it_opened_and_closed()
    {
        await using var hook = await HookAsync();
        await using var gateway = await StartAsync(hook, "--Detection:Takeovers", "4", "--Detection:CloseAfter", "00:00:02");
        string[] words = ["-h", "127.0.0.1", "-p", Port(gateway), "-i", "twin", "-t", "v1/devices/twin/config/desired", "-q", "1"];
        await using (var one = RealProcess.Start("mosquitto_sub", words))
        {
            await using var other = RealProcess.Start("mosquitto_sub", words);
            await AssertMessageAsync(hook, "open", "takeover_flapping", "twin");
        }

        await AssertMessageAsync(hook, "closed", "takeover_flapping", "twin");
        await Eventually.TrueAsync(async () => await gateway.MetricAsync("iot_gateway_webhook_sent_total") == 2, "both are counted, once their answers are read");
        Assert.Equal(1, await gateway.MetricAsync("iot_gateway_security_events_total", "kind=\"takeover_flapping\""));
        Assert.Equal(0, await gateway.MetricAsync("iot_gateway_security_open", "kind=\"takeover_flapping\""));
        Assert.Equal(0, await gateway.StopAsync());
        var audit = (await gateway.CommandAsync("audit", "list", "--kind", "security")).Output;
        Assert.Contains("security.opened", audit, StringComparison.Ordinal);
        Assert.Contains("security.closed", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(HookServer.Secret, audit + gateway.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foreign_topics_and_guessed_passwords_are_told_of_with_who_and_from_where()
    {
        await using var hook = await HookAsync();
        await using var gateway = await StartAsync(hook);
        for (var i = 0; i < 3; i++) await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/config/desired", "{}", "-i", "intruder", "-q", "1", "-V", "5");
        await AssertMessageAsync(hook, "open", "foreign_topics", "intruder");
        for (var i = 0; i < 10; i++) await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", "[]", "-i", $"name-{i}", "-u", "pump-7", "-P", $"password-{i}");
        await AssertMessageAsync(hook, "open", "credential_guessing", "127.0.0.1");

        var events = (await gateway.GetAsync("api/v1/security-events?state=open")).GetProperty("events");
        Assert.Equal(["credential_guessing", "foreign_topics"], events.EnumerateArray().Select(one => one.GetProperty("kind").GetString()));
        Assert.Contains("v1/devices/pump-7/config/desired (publish)", events[1].GetProperty("seen").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("password-", events.ToString() + gateway.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outbox_that_was_set_back_is_told_of()
    {
        await using var hook = await HookAsync();
        await using var gateway = await StartAsync(hook);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var seq = 1; seq <= 5; seq++) await SendAsync(gateway, seq, now - 100 + seq);
        await SendAsync(gateway, 3, now - 97); // sent again
        await SendAsync(gateway, 2, now);

        var seen = await AssertMessageAsync(hook, "open", "sequence_regression", "pump-7");
        Assert.Equal("new readings in batch 2 of 000000000000feed, which had come to 5", seen);
    }

    /// <summary>Agents through a kill of the gateway, a backlog, one flashed anew, and a client that takes over its own connection.</summary>
    [Fact]
    public async Task A_normal_fleet_raises_nothing()
    {
        await using var gateway = await StartAsync(null, "--Detection:RateWarmUpMinutes", "2", "--Detection:ValueWarmUp", "00:00:00");
        await using var fleet = new AgentProcess("fleet", gateway.MqttPort, "--Simulation:Devices", "5", "--Simulation:Interval", "00:00:00.200");
        await using var host = new AgentProcess("host", gateway.MqttPort, "--Sensors:host:Kind", "System", "--Sensors:host:Interval", "00:00:00.200");
        fleet.Start();
        host.Start();
        await ReceivedAsync(gateway, devices: 6);
        await gateway.KillAsync();
        await Eventually.TrueAsync(() => host.OutboxBytes() > 20_000, "a backlog grows");
        await gateway.StartAgainAsync();
        await ReceivedAsync(gateway, devices: 6);

        await host.Process.KillAsync();
        foreach (var file in Directory.GetFiles(host.DataPath, "*", SearchOption.AllDirectories)) File.Delete(file); // flashed anew
        host.Start();
        await fleet.Process.KillAsync();
        fleet.Start();
        string[] words = ["-h", "127.0.0.1", "-p", Port(gateway), "-i", "display", "-t", "v1/devices/display/config/desired"];
        await using var left = RealProcess.Start("mosquitto_sub", words);
        await using var again = RealProcess.Start("mosquitto_sub", [.. words, "-W", "1"]);
        await again.ExitAsync(TimeSpan.FromSeconds(30));
        await ReceivedAsync(gateway, devices: 6);

        var events = (await gateway.GetAsync("api/v1/security-events")).GetProperty("events");
        Assert.True(events.GetArrayLength() == 0, events.ToString());
        Assert.Equal(0, await gateway.StopAsync());
        Assert.DoesNotContain("security.opened", (await gateway.CommandAsync("audit", "list", "--kind", "security")).Output, StringComparison.Ordinal);
    }

    /// <summary>As fast as it is acknowledged, twenty batches in flight a device: what is sent again after a kill has old numbers and old readings.</summary>
    [Fact]
    public async Task A_load_through_kills_raises_nothing()
    {
        await using var gateway = await StartAsync(null);
        await using var fleet = new LoadFleet(devices: 20, gateway.MqttPort);
        for (var kill = 0; kill < 3; kill++)
        {
            var before = fleet.Acknowledged;
            await Eventually.TrueAsync(() => fleet.Acknowledged >= before + (10 * fleet.Devices.Count), "the fleet gets its batches in", TimeSpan.FromSeconds(60));
            await gateway.KillAsync();
            await gateway.StartAgainAsync();
        }

        await fleet.FinishAsync();
        Assert.True(fleet.Devices.Sum(device => device.Repeated) > 0, "a kill under load leaves something unacknowledged");
        Assert.Equal(0, await gateway.StopAsync());
        Assert.DoesNotContain("security.opened", (await gateway.CommandAsync("audit", "list", "--kind", "security")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_cannot_be_used_is_refused_at_the_start_in_words_that_say_what_to_do()
    {
        await using var gateway = GatewayProcess.NotStarted(BuiltProgram.Gateway, "--Webhook:Url", "http://alarm.example/hook");
        await gateway.BeginAsync();

        Assert.Equal(2, await gateway.Process.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("http to another machine shows every event", gateway.Process.Errors, StringComparison.Ordinal);
        Assert.Contains("openssl rand -hex 32", gateway.Process.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static async Task<HookServer> HookAsync()
    {
        var hook = new HookServer();
        await hook.StartAsync();
        return hook;
    }

    private Task<GatewayProcess> StartAsync(HookServer? hook, params string[] more)
    {
        File.WriteAllText(_directory["webhook.secret"], HookServer.Secret);
        return GatewayProcess.StartAsync(hook is null ? more : [.. more, "--Webhook:Url", hook.Url.ToString(), "--Webhook:SecretFile", _directory["webhook.secret"]]);
    }

    /// <returns>What was seen.</returns>
    private static async Task<string> AssertMessageAsync(HookServer hook, string state, string kind, string subject)
    {
        var message = await hook.NextAsync(Stop);
        Assert.True(message.IsSigned, message.Body);
        var body = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal((state, kind, subject), (Text(body, "state"), Text(body, "kind"), Text(body, "subject")));
        return Text(body, "seen");
    }

    private static async Task SendAsync(GatewayProcess gateway, int seq, long time)
    {
        var payload = $$"""[{"epoch":"000000000000feed","seq":{{seq}},"n":"v","v":1,"t":{{time}}}]""";
        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", payload, "-i", $"pump-7.{seq}.{time}", "-q", "1"); // an id of its own: the connection before may still be closing
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Every device has had more batches since.</summary>
    private static async Task ReceivedAsync(GatewayProcess gateway, int devices)
    {
        var before = await CountsAsync(gateway);
        await Eventually.TrueAsync(async () =>
        {
            var now = await CountsAsync(gateway);
            return now.Count >= devices && now.All(one => one.Value >= before.GetValueOrDefault(one.Key) + 20);
        }, "every device sends");
    }

    private static async Task<Dictionary<string, long>> CountsAsync(GatewayProcess gateway) =>
        (await gateway.GetAsync("api/v1/ledger")).GetProperty("devices").EnumerateArray()
            .ToDictionary(one => Text(one, "device"), one => one.GetProperty("received").GetInt64(), StringComparer.Ordinal);

    private static string Port(GatewayProcess gateway) => gateway.MqttPort.ToString(CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
