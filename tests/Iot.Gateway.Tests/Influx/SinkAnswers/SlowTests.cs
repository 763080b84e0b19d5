using Iot.Gateway.Delivery;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>A slow sink: requests under way are bounded, so is what is in memory; ingest is acknowledged all the while.</summary>
public sealed class SlowTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public async Task No_more_is_taken_from_the_spool_than_may_be_under_way(int maxInFlight)
    {
        await using var server = new StandInServer();
        var mayAnswer = new TaskCompletionSource();
        server.Answer = async body =>
        {
            await mayAnswer.Task;
            return await StandInServer.Stores(body);
        };
        await using var rig = SinkRig.Over(server.Url, [.. ServerStyle.Of("V2").Settings, $"MaxInFlight={maxInFlight}", "MaxBatchLines=10", "Linger=00:00:00", "Timeout=00:02:00", "Circuit:Sampling=00:10:00"]);
        var counted = new CountedWrites(rig.Sink);
        using var directory = new TempDirectory();
        await using var core = await GatewayCore.StartAsync(new LossyDisk(seed: 8), directory, [counted]);
        for (var seq = 1UL; seq <= 1000; seq++) Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", 0xfeed, seq));

        await Eventually.TrueAsync(() => server.Bodies.Count == maxInFlight, "as many requests as may be are under way");
        Assert.Equal(maxInFlight, counted.Open);
        mayAnswer.SetResult();
        await core.SettledBooksAsync("pump-7");

        Assert.Equal((1000, maxInFlight), (server.Stored.Count, server.MostUnderWay));
        Assert.InRange(counted.MostOpen, 1, maxInFlight);
    }

    /// <summary>Counts the writes that hold lines in memory.</summary>
    private sealed class CountedWrites(ISink sink) : ISink
    {
        private readonly Lock _gate = new();

        public int Open { get; private set; }

        public int MostOpen { get; private set; }

        public string Name => sink.Name;

        public int MaxInFlight => sink.MaxInFlight;

        public TimeSpan Linger => sink.Linger;

        public SinkHealth Health => sink.Health;

        public SinkHistory History => sink.History;

        public ValueTask<ulong?> OpenAsync(CancellationToken cancellation) => sink.OpenAsync(cancellation);

        public ISinkWrite BeginWrite()
        {
            lock (_gate) MostOpen = Math.Max(MostOpen, ++Open);
            return new Write(this, sink.BeginWrite());
        }

        public ISinkWrite BeginReplay() => BeginWrite();

        public ValueTask DisposeAsync() => sink.DisposeAsync();

        private void Close()
        {
            lock (_gate) Open--;
        }

        private sealed class Write(CountedWrites home, ISinkWrite write) : ISinkWrite
        {
            public bool IsFull => write.IsFull;

            public void Add(SpooledMessage message) => write.Add(message);

            public Task<WriteOutcome> SendAsync(ulong next, CancellationToken cancellation) => write.SendAsync(next, cancellation);

            public void Dispose()
            {
                write.Dispose();
                home.Close();
            }
        }
    }
}
