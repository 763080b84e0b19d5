using Iot.Gateway.Delivery;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>A database on another machine: it outlives the power cuts, is away at times, and keeps one value a point.</summary>
/// <param name="keepsPlace">Like the embedded store: rows and place are one transaction. Otherwise the cursor decides, and a write may be half done.</param>
internal sealed class ModelSink(string name, bool keepsPlace, Random random) : ISink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SentPoint, double> _stored = [];
    private TaskCompletionSource _up = Done();
    private ulong _place;

    public string Name { get; } = name;

    public bool RefusesSome => !keepsPlace;

    public int MaxInFlight => keepsPlace ? 1 : 3;

    public TimeSpan Linger => TimeSpan.Zero;

    public SinkHealth Health { get; } = new(CircuitState.None, null);

    public SinkHistory History { get; } = new(TimeProvider.System);

    /// <summary>Points written, those written again too.</summary>
    public int Writes { get; private set; }

    public IReadOnlyDictionary<SentPoint, double> Stored
    {
        get
        {
            lock (_gate) return new Dictionary<SentPoint, double>(_stored);
        }
    }

    public void GoAway()
    {
        lock (_gate)
            if (_up.Task.IsCompleted) _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void ComeBack()
    {
        lock (_gate) _up.TrySetResult();
    }

    public ValueTask<ulong?> OpenAsync(CancellationToken cancellation)
    {
        lock (_gate) return new(keepsPlace ? _place : null);
    }

    public ISinkWrite BeginReplay() => BeginWrite();

    public ISinkWrite BeginWrite()
    {
        lock (_gate) return new Write(this, 1 + random.Next(12));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<int> StoreAsync(IReadOnlyList<(ulong Offset, SentReading Reading)> readings, ulong next, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (TryStore(readings, next)) return attempt;

            await Task.Yield();
            await IsUp().WaitAsync(cancellation);
        }
    }

    private Task IsUp()
    {
        lock (_gate) return _up.Task;
    }

    /// <summary>False: it is away, or a part is stored, or all of it, and the answer got lost.</summary>
    private bool TryStore(IReadOnlyList<(ulong Offset, SentReading Reading)> readings, ulong next)
    {
        lock (_gate)
        {
            if (!_up.Task.IsCompleted) return false;
            if (keepsPlace)
            {
                Assert.All(readings, one => Assert.True(one.Offset >= _place, $"{Name} gets offset {one.Offset} again"));
                Assert.True(next >= _place, $"{Name} is sent back to {next} from {_place}");
                _place = next;
            }

            var answered = keepsPlace || random.Next(10) > 0;
            foreach (var (_, reading) in answered ? readings : readings.Take(random.Next(readings.Count + 1)))
            {
                _stored[reading.Point] = reading.Value;
                Writes++;
            }

            return answered;
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private sealed class Write(ModelSink sink, int readingsAtMost) : ISinkWrite
    {
        private readonly List<(ulong Offset, SentReading Reading)> _readings = [];
        private readonly List<RefusedReading> _refused = [];

        public bool IsFull => _readings.Count + _refused.Count >= readingsAtMost;

        public void Add(SpooledMessage message)
        {
            for (var i = 0; i < message.Batch.Count; i++)
            {
                if (!message.IsAccepted(i)) continue;

                var reading = message.Batch.Readings[i];
                var point = new SentPoint(message.Device.Value, message.Batch.Text(reading.Field), reading.TimeNs);
                if (sink.RefusesSome && point.Field.Equals(SentPoint.Refused, StringComparison.Ordinal))
                    _refused.Add(new(message.Offset, i, RejectReason.SinkRefused, "not this field"));
                else
                    _readings.Add((message.Offset, new(point, reading.Number, IsGood: true)));
            }
        }

        public async Task<WriteOutcome> SendAsync(ulong next, CancellationToken cancellation) =>
            new(_refused, await sink.StoreAsync(_readings, next, cancellation));

        public void Dispose() => _readings.Clear();
    }
}
