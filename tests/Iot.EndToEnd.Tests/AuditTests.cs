using System.Globalization;
using System.Net;
using System.Text;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The audit log of the real gateway, through kills, a disk that refuses, and somebody who changes it.</summary>
public sealed class AuditTests
{
    private const string Key = "a-real-key-5e0f11d2c4";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_answered_is_in_the_log_through_kills_under_a_flood_of_refusals()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        for (var kill = 0; kill < 3; kill++)
        {
            await using var flood = RealProcess.Start("mosquitto_pub",
                ["-h", "127.0.0.1", "-p", gateway.MqttPort.ToString(CultureInfo.InvariantCulture), "-t", "not/a/topic", "-m", "x", "-i", "hostile", "-q", "1", "-V", "5", "--repeat", "20000"]);
            await Eventually.TrueAsync(async () => await gateway.MetricAsync("iot_gateway_audit_left_out_total") > 0, "refusals are left out");
            using var answer = await gateway.Http.PostAsync(new Uri($"api/v1/dead-letters/requeue?id={kill + 1}", UriKind.Relative), null, Stop);
            await gateway.KillAsync();

            var torn = await gateway.CommandAsync("audit", "verify");
            Assert.True(torn.ExitCode == 0, torn.Errors);
            Assert.Contains($"requeue?id={kill + 1}", (await gateway.CommandAsync("audit", "list", "--kind", "dead-letters")).Output);
            await gateway.StartAgainAsync();
        }

        Assert.Equal(0, await gateway.StopAsync());
        var verified = await gateway.CommandAsync("audit", "verify");
        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.DoesNotContain("unsigned", verified.Output);
        Assert.Equal(4, (await gateway.CommandAsync("audit", "list", "--kind", "gateway.start")).Output.Split('\n').Length - 1);
        Assert.True((await gateway.CommandAsync("audit", "list", "--kind", "mqtt", "--limit", "1000")).Output.Split('\n').Length < 200, "a flood stays small");
    }

    [Fact]
    public async Task A_changed_byte_is_named_by_file_and_line_and_a_copy_of_the_log_verifies_elsewhere()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var elsewhere = new TempDirectory();
        await Mosquitto.PublishAsync(gateway.MqttPort, "not/a/topic", "x", "-i", "stranger", "-q", "1", "-V", "5");
        var running = await gateway.CommandAsync("audit", "verify");
        Assert.Equal(0, running.ExitCode);
        Assert.Equal(0, await gateway.StopAsync());
        var audit = Path.Combine(gateway.DataPath, "audit");
        var key = Assert.Single(Directory.GetFiles(audit, "audit-key-*.pem"));
        Assert.Equal((0, "600"), await RealProcess.RunAsync("stat", ["-c", "%a", Path.Combine(audit, "audit.key")]));

        Assert.Equal(0, (await gateway.CommandAsync("audit", "export", elsewhere["copy.jsonl"])).ExitCode);
        Assert.Equal(0, (await gateway.CommandAsync("audit", "verify", "--path", elsewhere["copy.jsonl"], "--key", key)).ExitCode);
        Assert.Equal(1, (await gateway.CommandAsync("audit", "export", elsewhere["copy.jsonl"])).ExitCode);

        var file = Path.Combine(audit, "audit-000000000001.jsonl");
        var text = await File.ReadAllTextAsync(file, Stop);
        var line = text[..text.IndexOf("stranger", StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        await File.WriteAllTextAsync(file, text.Replace("stranger", "stranges", StringComparison.Ordinal), Stop);
        var changed = await gateway.CommandAsync("audit", "verify");
        Assert.Equal(1, changed.ExitCode);
        Assert.StartsWith($"iot-gateway: audit-000000000001.jsonl, line {line}, entry {line}: ", changed.Errors);
    }

    /// <summary>A file where the directory should be: no write can succeed.</summary>
    [Fact]
    public async Task A_log_that_cannot_be_written_stops_no_reading_degrades_health_and_names_the_gap_afterwards()
    {
        await using var gateway = GatewayProcess.NotStarted(BuiltProgram.Gateway);
        var audit = Path.Combine(gateway.DataPath, "audit");
        Directory.CreateDirectory(gateway.DataPath);
        await File.WriteAllTextAsync(audit, "in the way", Stop);
        await gateway.StartAgainAsync();

        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", """[{"n":"v","v":1}]""", "-i", "pump-7", "-q", "1");
        Assert.True(exitCode == 0, output);
        Assert.Equal("degraded", (await gateway.GetAsync("health/ready")).GetProperty("status").GetString());
        Assert.True(await gateway.MetricAsync("iot_gateway_audit_failed_total") > 0, "they are counted");

        File.Delete(audit);
        await gateway.Http.PostAsync(new Uri("api/v1/dead-letters/requeue?id=1", UriKind.Relative), null, Stop);
        Assert.Equal("healthy", (await gateway.GetAsync("health/ready")).GetProperty("status").GetString());
        Assert.Contains("audit.gap", (await gateway.CommandAsync("audit", "list")).Output);
        Assert.Equal(0, (await gateway.CommandAsync("audit", "verify")).ExitCode);
    }

    [Fact]
    public async Task No_key_and_no_password_is_ever_in_it()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Surroundings { Environment = new Dictionary<string, string> { ["Http__ApiKey"] = Key } });
        using var refused = new HttpRequestMessage(HttpMethod.Get, "api/v1/devices");
        refused.Headers.Authorization = new("Bearer", "another-wrong-key-88bb");
        await gateway.Http.SendAsync(refused, Stop);
        var token = (await gateway.Http.GetStringAsync(new Uri("sign-in", UriKind.Relative), Stop)).Split("csrf-token\" content=\"")[1].Split('"')[0];
        using var form = new FormUrlEncodedContent([new("csrf", token), new("key", "a-wrong-key-77aa")]);
        await gateway.Http.PostAsync(new Uri("sign-in", UriKind.Relative), form, Stop);
        using var right = new FormUrlEncodedContent([new("csrf", token), new("key", Key)]);
        await gateway.Http.PostAsync(new Uri("sign-in", UriKind.Relative), right, Stop);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/dead-letters/requeue?id=1&key=key-in-query-99cc");
        request.Headers.Authorization = new("Bearer", Key);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.SendAsync(request, Stop)).StatusCode);
        await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", "payload-66dd", "-i", "pump-7", "-u", "operator", "-P", "password-55ee");
        Assert.Equal(0, await gateway.StopAsync());

        var log = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(gateway.DataPath, "audit"), "*.jsonl")) log.Append(await File.ReadAllTextAsync(file, Stop));
        foreach (var act in (string[])["config.start", "api.sign-in.refused", "api.sign-in", "dead-letters.requeue", "api.key.refused", "mqtt.connect.refused", "gateway.stop"])
            Assert.Contains($"\"act\":\"{act}\"", log.ToString(), StringComparison.Ordinal);
        foreach (var secret in (string[])[Key, "a-wrong-key-77aa", "another-wrong-key-88bb", "key-in-query-99cc", "password-55ee", "payload-66dd", "PRIVATE KEY"])
        {
            Assert.DoesNotContain(secret, log.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(secret, gateway.Process.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_done_through_the_gateway_and_what_is_done_to_its_files_is_told_apart()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", "not a pack", "-i", "pump-7", "-q", "1");
        await Eventually.TrueAsync(async () => (await gateway.GetAsync("api/v1/dead-letters")).GetProperty("deadLetters").GetArrayLength() == 1, "it is a dead letter");
        await gateway.CommandAsync("replay", "--sink", "Embedded", "--from", "0", "--to", "4102444800", "--dry-run");
        await gateway.Http.DeleteAsync(new Uri("api/v1/replays/Embedded", UriKind.Relative), Stop);
        await gateway.CommandAsync("ledger", "--reconcile");
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(0, (await gateway.CommandAsync("dead-letters", "discard", "--all")).ExitCode);

        var entries = (await gateway.CommandAsync("audit", "list")).Output.Split('\n');
        foreach (var act in (string[])["replay.start", "replay.cancel", "ledger.reconcile"])
            Assert.Contains(entries, entry => entry.Contains(act, StringComparison.Ordinal) && entry.Contains("  local  ", StringComparison.Ordinal) && entry.Contains("127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(entries, entry => entry.Contains("dead-letters.discard", StringComparison.Ordinal) && entry.Contains("command line", StringComparison.Ordinal) && entry.Contains("1 discarded", StringComparison.Ordinal));
        Assert.Equal(0, (await gateway.CommandAsync("audit", "verify")).ExitCode);
    }
}
