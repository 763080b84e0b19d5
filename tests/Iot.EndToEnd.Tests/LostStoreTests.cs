using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The journal is the truth: what a sink has lost is carried to it again.</summary>
public sealed class LostStoreTests
{
    [Fact]
    public async Task An_embedded_store_that_was_lost_is_filled_again_and_the_books_balance()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var fleet = new LoadFleet(devices: 5, gateway.MqttPort);
        await Eventually.TrueAsync(() => fleet.Acknowledged >= 50, "batches arrive");
        await fleet.FinishAsync();
        await Books.SettledAsync(gateway, accepted: fleet.Readings);
        Assert.Equal(0, await gateway.StopAsync());

        foreach (var file in Directory.EnumerateFiles(gateway.DataPath, "readings.duckdb*")) File.Delete(file);
        await gateway.StartAgainAsync();
        ILookup<string, KeyValuePair<long, double>>? stored = null;
        await Eventually.TrueAsync(
            async () => (stored = await StoredPoints.EmbeddedAsync(gateway)).Sum(device => device.Count()) >= fleet.Acknowledged * LoadBatch.Readings, "the store is full again");
        await Books.SettledAsync(gateway, accepted: fleet.Readings);

        Assert.All(fleet.Devices, device => Assert.Equal(device.Expected(), stored![device.Id]));
        foreach (var books in await Books.AllAsync(gateway))
        {
            Assert.True(books.Balanced, books.ToString());
            Assert.Equal(new SinkEntry("Embedded", books.Accepted, Pending: 0, DeadLettered: 0), Assert.Single(books.Sinks));
        }
    }
}
