using Iot.EdgeAgent.Batching;
using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Carries closed batches into the outbox.</summary>
internal sealed class StoringLoop(Batcher batcher, Outbox outbox, Pulse pulse, Signal changed)
{
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);

    /// <summary>Until the batcher is completed and all it held is stored.</summary>
    /// <param name="cancellation">Leaves at once; what was not yet stored is lost.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await batcher.NextAsync(cancellation) is { } batch)
        {
            pulse.Expect(LongestWrite);
            var wasFull = outbox.IsFull;
            await outbox.StoreAsync(batch, cancellation);
            if (outbox.IsFull != wasFull) changed.Set();
            batcher.Recycle(batch);
            pulse.End(); // idle until the next batch
        }
    }
}
