using System.Net;
using System.Net.Sockets;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Tests.Batching;
using Iot.Testing;
using Iot.Wire;

namespace Iot.EdgeAgent.Tests.Publishing;

/// <summary>Gateways at which a connection stands and nothing flows. Raw sockets, since no real server does this on demand.</summary>
public sealed class StalledGatewayTests : IAsyncDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly LineLogger _log = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Signal _grown = new();
    private readonly Outbox _outbox;

    public StalledGatewayTests() => _outbox = Outbox.Open(_directory.Path, Device, new() { ReserveBytes = 0, Compression = PayloadCompression.None }, TimeProvider.System, _log, grown: _grown);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _outbox.DisposeAsync();
        _listener.Dispose();
        _stopping.Dispose();
        _directory.Dispose();
    }

    /// <summary>It stops reading, so a write blocks in the socket; or it reads, answers pings, and acknowledges nothing.</summary>
    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task The_agent_connects_anew_and_nothing_is_lost(bool isReading)
    {
        for (var batch = 0; batch < 20; batch++) Assert.True(await _outbox.StoreAsync(BatcherTests.Readings(5_000), Cancellation)); // more than sockets buffer
        _listener.Start();
        var options = new GatewayOptions
        {
            Url = $"mqtt://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}",
            MinBackoff = TimeSpan.FromMilliseconds(20), MaxBackoff = TimeSpan.FromMilliseconds(100),
            AckTimeout = TimeSpan.FromSeconds(1), KeepAlive = TimeSpan.FromSeconds(1),
        };
        var backoff = new Backoff(options.MinBackoff, options.MaxBackoff, options.StableAfter, () => 0.5);
        var publisher = new Publisher(Device, options, [_outbox], _grown, backoff, TimeProvider.System, _log, new Pulse("publishing", TimeProvider.System), "test");
        var publishing = publisher.RunAsync(CancellationToken.None, _stopping.Token);

        using (await AcceptAsync(isReading))
        using (await AcceptAsync(isReading)) // again, after the first was given up
        {
            Assert.Contains(_log.Lines, line => line.Contains("no PUBACK within 1 s", StringComparison.Ordinal));
        }

        await _stopping.CancelAsync();
        await publishing.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        publisher.Dispose();
        Assert.Equal(20ul, _outbox.Waiting);
    }

    /// <summary>As far as the birth message, and no further.</summary>
    private async Task<Socket> AcceptAsync(bool isReading)
    {
        var client = await _listener.AcceptSocketAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        var buffer = new byte[4096];
        await client.ReceiveAsync(buffer, Cancellation);
        await client.SendAsync(new byte[] { 0x20, 3, 0, 0, 0 }, Cancellation); // CONNACK of MQTT 5
        var read = await client.ReceiveAsync(buffer, Cancellation);
        await client.SendAsync(PubAck(buffer.AsSpan(0, read)), Cancellation);
        if (isReading) _ = ReadAsync(client);
        return client;
    }

    /// <summary>PINGREQs among what it reads are not looked for: an answer that nobody asked for is one, too.</summary>
    private static async Task ReadAsync(Socket client)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await client.ReceiveAsync(buffer, Cancellation) > 0) await client.SendAsync(new byte[] { 0xD0, 0 }, Cancellation);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // given up, as it should be
        }
    }

    private static byte[] PubAck(ReadOnlySpan<byte> publish)
    {
        var topic = (publish[2] << 8) | publish[3]; // a remaining length of one byte
        return [0x40, 2, publish[4 + topic], publish[5 + topic]];
    }
}
