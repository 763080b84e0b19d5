using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Tests.Batching;
using Iot.Testing;
using Iot.Wire;
using MQTTnet.Protocol;

namespace Iot.EdgeAgent.Tests.Publishing;

/// <summary>Against a real MQTT server; the network needs the real clock, so pauses are set to milliseconds.</summary>
public sealed class PublisherTests : IAsyncDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly LineLogger _log = new();
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Signal _grown = new();
    private readonly Outbox _outbox;
    private Task _publishing = Task.CompletedTask;

    public PublisherTests() => _outbox = Outbox.Open(_directory.Path, Device, new() { ReserveBytes = 0 }, TimeProvider.System, _log, grown: _grown);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _publishing;
        await _outbox.DisposeAsync();
        _draining.Dispose();
        _stopping.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Batches_arrive_in_order_old_and_new_each_and_the_cursor_follows()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        await StoreAsync(100);
        Publish(gateway);
        await gateway.UntilAsync(g => g.Taken.Count == 100, Cancellation);
        await StoreAsync(30); // no more than the live lane sends in one row, however late it looks
        await DrainAsync();

        Assert.Equal(Numbers(1, 100), gateway.Taken.Select(identity => identity.Seq).Where(seq => seq <= 100));
        Assert.Equal(Numbers(101, 130), gateway.Taken.Select(identity => identity.Seq).Where(seq => seq > 100));
        Assert.Equal(130ul, _outbox.Published);
        Assert.Equal(0ul, _outbox.Waiting);
    }

    [Fact]
    public async Task A_gateway_that_is_full_keeps_the_batch_on_disk_and_gets_it_again_later()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = (_, seen) => seen is >= 5 and < 60 ? MqttPubAckReasonCode.QuotaExceeded : MqttPubAckReasonCode.Success;
        await StoreAsync(40);
        Publish(gateway);
        await gateway.UntilAsync(g => g.Taken.Count == 40, Cancellation);
        await DrainAsync();

        Assert.Equal(Numbers(1, 40), gateway.Taken.Select(identity => identity.Seq).Order());
        Assert.Equal(1, gateway.Connections); // refusal is no reason to connect anew
        Assert.Contains(_log.Lines, line => line.Contains("0x97", StringComparison.Ordinal));
        Assert.Equal(0ul, _outbox.Waiting);
    }

    [Fact]
    public async Task After_a_refusal_one_batch_a_pause_asks_whether_there_is_room_again()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = (_, seen) => seen < 40 ? MqttPubAckReasonCode.QuotaExceeded : MqttPubAckReasonCode.Success;
        await StoreAsync(30);
        Publish(gateway);
        await gateway.UntilAsync(g => g.Taken.Count == 30, Cancellation);
        await DrainAsync();

        var asked = gateway.Seen.Take(40).Skip(new GatewayOptions().MaxInFlight); // the first window was under way before any answer
        Assert.All(asked, identity => Assert.Equal(1UL, identity.Seq));
        Assert.Equal(Numbers(1, 30), gateway.Taken.Select(identity => identity.Seq).Order());
    }

    [Fact]
    public async Task A_batch_that_the_gateway_dead_lettered_counts_as_delivered()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        gateway.Answer = (identity, _) => identity.Seq == 3 ? MqttPubAckReasonCode.PayloadFormatInvalid : MqttPubAckReasonCode.Success;
        await StoreAsync(6);
        Publish(gateway);
        await gateway.UntilAsync(g => g.Taken.Count == 5, Cancellation);
        await DrainAsync();

        Assert.Equal([1ul, 2, 3, 4, 5, 6], gateway.Seen.Select(identity => identity.Seq));
        Assert.Equal(0ul, _outbox.Waiting);
    }

    [Fact]
    public async Task After_a_lost_connection_what_was_not_acknowledged_is_sent_again()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        Publish(gateway);
        for (var round = 1; round <= 5; round++)
        {
            await StoreAsync(20);
            await gateway.UntilAsync(g => g.Taken.Count >= round * 10, Cancellation);
            await gateway.DisconnectAllAsync();
        }

        await gateway.UntilAsync(g => g.Taken.Select(identity => identity.Seq).Distinct().Count() == 100, Cancellation);
        await DrainAsync();

        Assert.Equal(Numbers(1, 100), gateway.Taken.Select(identity => identity.Seq).Distinct().Order());
        Assert.Equal(0ul, _outbox.Waiting);
        Assert.InRange(gateway.Connections, 2, 7);
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_reported_once_and_found_when_it_comes()
    {
        var port = FreePort.Next();
        await StoreAsync(3);
        Publish(port);
        await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Contains("no connection", StringComparison.Ordinal)), "the outage is reported");
        await using var gateway = await ScriptedGateway.StartAsync(port);
        await gateway.UntilAsync(g => g.Taken.Count == 3, Cancellation);

        Assert.Single(_log.Lines, line => line.Contains("no connection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_gateway_stopping_is_quick_and_all_stays_on_disk()
    {
        await StoreAsync(3);
        Publish(FreePort.Next());
        await DrainAsync();

        Assert.Equal(3ul, _outbox.Waiting);
    }

    private void Publish(ScriptedGateway gateway) => Publish(gateway.Port);

    private void Publish(int port)
    {
        var options = new GatewayOptions { Url = $"mqtt://127.0.0.1:{port}", MinBackoff = TimeSpan.FromMilliseconds(20), MaxBackoff = TimeSpan.FromMilliseconds(100) };
        var backoff = new Backoff(options.MinBackoff, options.MaxBackoff, options.StableAfter, () => 0.5);
        var publisher = new Publisher(
            Device, options, [_outbox], _grown, backoff, TimeProvider.System, _log, new Pulse("publishing", TimeProvider.System), "test");
        _publishing = RunAsync(publisher);
    }

    private async Task RunAsync(Publisher publisher)
    {
        using (publisher) await publisher.RunAsync(_draining.Token, _stopping.Token);
    }

    private async Task DrainAsync()
    {
        await _draining.CancelAsync();
        await _publishing.WaitAsync(TimeSpan.FromSeconds(15), Cancellation);
    }

    private async Task StoreAsync(int batches)
    {
        for (var i = 0; i < batches; i++) Assert.True(await _outbox.StoreAsync(BatcherTests.Readings(3), Cancellation));
    }

    private static IEnumerable<ulong> Numbers(ulong from, ulong to)
    {
        for (var number = from; number <= to; number++) yield return number;
    }
}
