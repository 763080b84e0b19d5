using System.Collections.Concurrent;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>A sink in memory that keeps what it was sent, in order of completion, and fails when told to.</summary>
internal sealed class RecordingSink : ISink
{
    private readonly ConcurrentQueue<(ulong Offset, string Text)> _stored = new();

    public string Name { get; init; } = "Recording";

    public int MaxInFlight { get; init; } = 2;

    public TimeSpan Linger { get; init; } = TimeSpan.Zero;

    public int ReadingsPerWrite { get; init; } = 1000;

    public ulong? OwnPlace { get; init; }

    public SinkHealth Health { get; } = new(CircuitState.None, null);

    public SinkHistory History { get; } = new(TimeProvider.System);

    /// <summary>Called for each sending with its number of attempts so far; the answer is the outcome.</summary>
    public Func<ulong, CancellationToken, Task<WriteOutcome>> Answer { get; set; } = (_, _) => Task.FromResult(new WriteOutcome([], 1));

    /// <summary>Offset and text of each reading, in the order in which sendings ended.</summary>
    public IReadOnlyList<(ulong Offset, string Text)> Stored => [.. _stored];

    /// <summary>Opening waits for it.</summary>
    public Task MayOpen { get; init; } = Task.CompletedTask;

    /// <summary>Refuses the first reading of each write, and writes one at a time, until told otherwise.</summary>
    public static RecordingSink Refusing(string name) => new()
    {
        Name = name,
        ReadingsPerWrite = 1,
        Answer = (next, _) => Task.FromResult(new WriteOutcome([new(next - 1, 0, RejectReason.SinkRefused, "no")], 1)),
    };

    public async ValueTask<ulong?> OpenAsync(CancellationToken cancellation)
    {
        await MayOpen.WaitAsync(cancellation);
        return OwnPlace;
    }

    public ISinkWrite BeginWrite() => new Write(this);

    public ISinkWrite BeginReplay() => new Write(this);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Write(RecordingSink sink) : ISinkWrite
    {
        private readonly List<(ulong Offset, string Text)> _readings = [];

        public bool IsFull => _readings.Count >= sink.ReadingsPerWrite;

        public void Add(SpooledMessage message)
        {
            for (var i = 0; i < message.Batch.Count; i++)
            {
                var reading = message.Batch.Readings[i];
                if (message.IsAccepted(i)) _readings.Add((message.Offset, $"{message.Device} {message.Batch.Text(reading.Field)} {reading.Number}"));
            }
        }

        public async Task<WriteOutcome> SendAsync(ulong next, CancellationToken cancellation)
        {
            var outcome = await sink.Answer(next, cancellation);
            foreach (var reading in _readings) sink._stored.Enqueue(reading);
            return outcome;
        }

        public void Dispose() => _readings.Clear();
    }
}
