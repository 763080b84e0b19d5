using System.Globalization;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Iot.EndToEnd.Tests;

/// <summary>Whatever a device sends: a reason, its bytes kept, the neighbours stored, and a gateway that is as well as before.</summary>
public sealed class BadInputTests(BadInputTests.OneGateway shared) : IClassFixture<BadInputTests.OneGateway>
{
    private const int KeptBytes = 16 * 1024;
    private const long MostGrowth = 96 * 1024 * 1024;

    private readonly GatewayProcess _gateway = shared.Gateway;

    public static TheoryData<string> Cases => [.. BadInput.All.Keys];

    [Theory, MemberData(nameof(Cases))]
    public async Task It_is_kept_with_its_reason_and_its_neighbours_are_stored(string name)
    {
        var bad = BadInput.All[name];
        var memory = ResidentBytes();
        var counted = await _gateway.MetricAsync("iot_gateway_readings_rejected_total", Tag(bad.Reason));
        using var client = await ConnectAsync(MqttProtocolVersion.V500, bad.Device);

        var answer = await PublishAsync(client, bad.Device, bad.Payload);
        Assert.Equal(bad.WholeMessage ? MqttClientPublishReasonCode.PayloadFormatInvalid : MqttClientPublishReasonCode.Success, answer);
        Assert.Equal(MqttClientPublishReasonCode.Success, await PublishAsync(client, bad.Device, """[{"n":"temperature","u":"Cel","v":21.5}]"""u8.ToArray()));

        var letter = await LetterOfAsync(bad.Device);
        Assert.Equal(bad.Reason, letter.GetProperty("reason").GetString());
        Assert.Equal(Math.Min(bad.Payload.Length, KeptBytes), letter.GetProperty("payloadBytes").GetInt64());
        await AssertBooksAsync(bad);
        await CountsAsync(counted + 1, "iot_gateway_readings_rejected_total", bad.Reason);
        Assert.True(await IsHealthyAsync());
        Assert.InRange(ResidentBytes() - memory, long.MinValue, MostGrowth);
    }

    [Fact]
    public async Task What_is_too_large_ends_the_connection_and_the_next_one_is_welcome()
    {
        var tooLarge = new byte[(256 * 1024) + 2000];
        foreach (var version in new[] { MqttProtocolVersion.V311, MqttProtocolVersion.V500 })
        {
            var refused = await _gateway.MetricAsync("iot_gateway_mqtt_refusals_total", Tag("too_large"));
            using var client = await ConnectAsync(version, "large-1");
            var ended = new TaskCompletionSource<MqttClientDisconnectReason>(TaskCreationOptions.RunContinuationsAsynchronously);
            client.DisconnectedAsync += e =>
            {
                ended.TrySetResult(e.Reason);
                return Task.CompletedTask;
            };

            await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => PublishAsync(client, "large-1", tooLarge));
            var reason = await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            if (version == MqttProtocolVersion.V500) Assert.Equal(MqttClientDisconnectReason.PacketTooLarge, reason);
            await CountsAsync(refused + 1, "iot_gateway_mqtt_refusals_total", "too_large");

            using var next = await ConnectAsync(version, "large-1");
            Assert.Equal(MqttClientPublishReasonCode.Success, await PublishAsync(next, "large-1", """[{"n":"good","v":1}]"""u8.ToArray()));
        }

        Assert.True(await IsHealthyAsync());
    }

    private static async Task<MqttClientPublishReasonCode> PublishAsync(IMqttClient client, string device, byte[] payload) => (await client.PublishAsync(
        new MqttApplicationMessageBuilder()
            .WithTopic($"v1/devices/{device}/telemetry").WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(),
        TestContext.Current.CancellationToken)).ReasonCode;

    private async Task<IMqttClient> ConnectAsync(MqttProtocolVersion version, string device)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _gateway.MqttPort).WithProtocolVersion(version).WithClientId(device).Build(),
            TestContext.Current.CancellationToken);
        return client;
    }

    private async Task<JsonElement> LetterOfAsync(string device)
    {
        JsonElement[] letters = [];
        await Eventually.TrueAsync(async () => (letters = await LettersOfAsync(device)).Length > 0, "the dead letter is kept");
        return Assert.Single(letters);
    }

    private async Task<JsonElement[]> LettersOfAsync(string device) =>
        [.. (await _gateway.GetAsync("api/v1/dead-letters?limit=1000")).GetProperty("deadLetters").EnumerateArray()
            .Where(letter => device.Equals(letter.GetProperty("device").GetString(), StringComparison.Ordinal))];

    private async Task AssertBooksAsync(BadInput bad)
    {
        var good = bad.Neighbours + 1;
        await Eventually.TrueAsync(
            async () => await Books.OfAsync(_gateway, bad.Device) is { } books && books.Accepted == good && books.Sinks[0].Stored == good, "the neighbours are stored");
        var books = await Books.OfAsync(_gateway, bad.Device);
        Assert.Equal((1, true), (books!.Rejected, books.Balanced));

        var stored = await _gateway.GetAsync($"api/v1/readings?device={bad.Device}");
        Assert.Equal(good, stored.GetProperty("readings").GetArrayLength());
    }

    /// <summary>The exporter answers scrapes that follow each other within 300 ms with the same page.</summary>
    private Task CountsAsync(double expected, string metric, string reason) => Eventually.TrueAsync(
        async () => await _gateway.MetricAsync(metric, Tag(reason)) is var value && Math.Abs(value - expected) < 0.5, $"{metric} of {reason} is {expected}", TimeSpan.FromSeconds(5));

    private static string Tag(string reason) => $"reason=\"{reason}\"";

    private async Task<bool> IsHealthyAsync() =>
        "healthy".Equals((await _gateway.GetAsync("health/ready")).GetProperty("status").GetString(), StringComparison.Ordinal);

    private long ResidentBytes()
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_gateway.Process.Id}/status")).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    public sealed class OneGateway : IAsyncLifetime
    {
        public GatewayProcess Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayProcess.StartAsync(
            ("strict.json", BadInput.Schema), "--DeadLetters:MaxBytesPerMessage", KeptBytes.ToString(CultureInfo.InvariantCulture));

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
