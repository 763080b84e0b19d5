using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Iot.Gateway.Dashboard.Live;
using Iot.Wire;

namespace Iot.Gateway.Tests.Dashboard;

public class LiveStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_page_hears_at_once_how_things_stand_and_then_what_changes()
    {
        var canned = new CannedGateway();
        canned.Books.AddRange([CannedGateway.Device("a", 100), CannedGateway.Device("b", 50)]);
        await using var gateway = await canned.StartAsync();
        await using var events = await Events.OpenAsync(gateway, "");

        using var overview = await events.NextAsync("overview");
        using var fleet = await events.NextAsync("fleet");
        lock (gateway.Books) gateway.Books[0] = CannedGateway.Device("a", 130);
        using var change = await events.NextAsync("fleet");

        Assert.Equal(150, overview.RootElement.GetProperty("books").GetProperty("received").GetInt64());
        Assert.True(fleet.RootElement.GetProperty("whole").GetBoolean());
        Assert.Equal(["a", "b"], Devices(fleet));
        Assert.False(change.RootElement.GetProperty("whole").GetBoolean());
        Assert.Equal(["a"], Devices(change));
    }

    [Theory]
    [InlineData(1, "a", "/devices/a")]
    [InlineData(2, "a and another one", "/devices?state=silent")]
    [InlineData(4, "a and 3 others", "/devices?state=silent")]
    public async Task What_needs_attention_is_said_once_whatever_number_of_devices_it_is(int silent, string names, string link)
    {
        var canned = new CannedGateway();
        var before = DateTimeOffset.UtcNow.AddHours(-1);
        for (var i = 0; i < silent; i++) canned.Books.Add(CannedGateway.Device($"{(char)('a' + i)}", 1, seen: before));
        canned.Books.Add(CannedGateway.Device("z", 1));
        await using var gateway = await canned.StartAsync();
        await using var events = await Events.OpenAsync(gateway, "");

        using var overview = await events.NextAsync("overview");

        var attention = Assert.Single(overview.RootElement.GetProperty("attention").EnumerateArray());
        Assert.Equal(
            ("warn", $"Not heard for five minutes, and no good-bye said: {names}.", link),
            (attention.GetProperty("level").GetString(), attention.GetProperty("text").GetString(), attention.GetProperty("link").GetString()));
    }

    [Fact]
    public async Task Values_of_the_chosen_device_come_as_they_arrive()
    {
        var canned = new CannedGateway();
        canned.Books.Add(CannedGateway.Device("a", 1));
        await using var gateway = await canned.StartAsync();
        await using var events = await Events.OpenAsync(gateway, "?device=a");
        using var started = await events.NextAsync("overview");

        gateway.Measure("b", Value(1));
        gateway.Measure("a", Value(21.5));
        using var values = await events.NextAsync("values");

        Assert.Equal("a", values.RootElement.GetProperty("device").GetString());
        var value = Assert.Single(values.RootElement.GetProperty("values").EnumerateArray());
        Assert.Equal(21.5, value.GetProperty("value").GetDouble());
        Assert.Equal("Cel", value.GetProperty("unit").GetString());
    }

    [Fact]
    public async Task Several_devices_may_be_followed_and_each_says_its_values()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await using var events = await Events.OpenAsync(gateway, "?values=a&values=b&values=a");
        using var started = await events.NextAsync("overview");

        gateway.Measure("b", Value(1));
        using var ofB = await events.NextAsync("values");
        gateway.Measure("a", Value(2));
        using var ofA = await events.NextAsync("values");

        Assert.Equal(("b", "a"), (ofB.RootElement.GetProperty("device").GetString(), ofA.RootElement.GetProperty("device").GetString()));
    }

    [Fact]
    public async Task More_devices_than_twelve_are_a_400()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        using var answer = await gateway.Client().GetAsync($"/api/v1/live?{string.Join('&', Enumerable.Range(0, 13).Select(i => $"device=d{i}"))}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_filter_chooses_the_rows()
    {
        var canned = new CannedGateway();
        canned.Books.AddRange([CannedGateway.Device("pump-1", 1), CannedGateway.Device("fan-1", 1)]);
        await using var gateway = await canned.StartAsync();
        await using var events = await Events.OpenAsync(gateway, "?filter=PUMP");

        using var fleet = await events.NextAsync("fleet");

        Assert.Equal(["pump-1"], Devices(fleet));
        Assert.Equal((2, 1), (fleet.RootElement.GetProperty("total").GetInt32(), fleet.RootElement.GetProperty("matching").GetInt32()));
    }

    [Fact]
    public async Task Stopping_the_gateway_ends_the_stream()
    {
        var gateway = await new CannedGateway().StartAsync();
        await using var events = await Events.OpenAsync(gateway, "");
        using var started = await events.NextAsync("overview");

        await gateway.DisposeAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_device_that_cannot_be_is_a_400()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        using var answer = await gateway.Client().GetAsync("/api/v1/live?device=no%20name", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static LiveValue Value(double value) => new("telemetry", "temperature", "", ReadingKind.Float, "Cel", 1, value);

    private static IEnumerable<string> Devices(JsonDocument fleet) =>
        fleet.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("device").GetString()!);

    private sealed class Events(HttpClient client, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public static async Task<Events> OpenAsync(CannedGateway gateway, string query)
        {
            var stop = TestContext.Current.CancellationToken;
            var client = gateway.Client();
            var stream = await client.GetStreamAsync("/api/v1/live" + query, stop);
            return new(client, SseParser.Create(stream).EnumerateAsync(stop).GetAsyncEnumerator(stop));
        }

        public async Task<JsonDocument> NextAsync(string type)
        {
            do
            {
                Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
            }
            while (!string.Equals(items.Current.EventType, type, StringComparison.Ordinal));

            return JsonDocument.Parse(items.Current.Data);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await items.DisposeAsync();
        }
    }
}
