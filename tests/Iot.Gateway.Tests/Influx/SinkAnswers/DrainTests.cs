using System.Threading.Channels;
using Iot.Gateway.Delivery;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>After an outage: the backlog goes out in full requests, as many at once as may be, while live data is taken as ever.</summary>
public sealed class DrainTests
{
    private const int LinesARequest = 200;
    private const int Backlog = 40; // batches of 100

    [Fact]
    public async Task The_backlog_drains_in_full_requests_at_once_while_ingest_is_acknowledged()
    {
        await using var server = new StandInServer { Head = new(503) };
        await using var gateway = await AnsweredGateway.StartAsync(server, "V2", $"MaxBatchLines={LinesARequest}", "MaxInFlight=3");
        for (var i = 0; i < Backlog; i++) await gateway.IngestAsync(AnsweredGateway.Values(100));
        await gateway.HeldAsync(Backlog * 100, health => health.Circuit == CircuitState.Open);

        var turns = Channel.CreateUnbounded<bool>();
        server.Answer = async body =>
        {
            while (await turns.Reader.WaitToReadAsync() && !turns.Reader.TryRead(out _)) { }
            return await StandInServer.Stores(body);
        };
        server.Head = null;

        // No request is answered before another batch was acknowledged: live data waits for nothing.
        for (var live = 0; server.Stored.Count < Backlog * 100; live++)
        {
            Assert.True(live < 200, "it drains");
            await gateway.IngestAsync(1.0 * live);
            turns.Writer.TryWrite(true);
            await Eventually.TrueAsync(() => turns.Reader.Count == 0 || server.Stored.Count >= Backlog * 100, "a request took its turn");
        }

        turns.Writer.TryComplete();
        server.Answer = StandInServer.Stores;
        var settled = await gateway.SettledAsync();
        Assert.Equal(((long)server.Stored.Count, 0L, 0L), (settled.Stored, settled.Pending, settled.DeadLettered));
        Assert.Equal(3, server.MostUnderWay);

        // Full, but for those that were under way when the outage began.
        var requests = server.Bodies.Where(body => body.Lines[0].TimeNs < AnsweredGateway.TimeNs(Backlog * 100)).DistinctBy(body => body.Texts[0]).Count();
        Assert.InRange(requests, Backlog * 100 / LinesARequest, (Backlog * 100 / LinesARequest) + 3);
    }
}
