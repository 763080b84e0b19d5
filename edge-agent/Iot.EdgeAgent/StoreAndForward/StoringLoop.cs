using Iot.EdgeAgent.Batching;
using Iot.EdgeAgent.Observability;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Carries closed batches into the outbox, thinned out where the policy is so and it fills.</summary>
/// <param name="thinner">Null: every reading is stored, or given up when there is no room.</param>
/// <param name="isConnected">What is stored goes out at once: it is not thinned then, unless the outbox is nearly full.</param>
internal sealed class StoringLoop(Batcher batcher, Outbox outbox, Pulse pulse, Thinner? thinner, Func<bool> isConnected, Signal changed)
{
    private const double NearlyFull = 7 / 8d;
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);

    /// <summary>Until the batcher is completed and all it held is stored.</summary>
    /// <param name="cancellation">Leaves at once; what was not yet stored is lost.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await batcher.NextAsync(cancellation) is { } batch)
        {
            pulse.Expect(LongestWrite);
            outbox.GiveUp(batcher.TakeGivenUp());
            var wasFull = outbox.IsFull;
            if (thinner is null) await outbox.StoreAsync(batch, cancellation);
            else await ThinAsync(thinner, batch, cancellation);
            if (outbox.IsFull != wasFull) changed.Set();
            batcher.Recycle(batch);
            pulse.End(); // idle until the next batch
        }

        outbox.GiveUp(batcher.TakeGivenUp());
        thinner?.Flush();
        await StoreKeptAsync(cancellation);
    }

    private async ValueTask ThinAsync(Thinner thin, ReadingBatch batch, CancellationToken cancellation)
    {
        var fill = outbox.Fill;
        var level = isConnected() && fill < NearlyFull ? 0 : Thinner.LevelOf(fill);
        if (level > 0)
        {
            if (thin.CountsAnew(batch))
            {
                thin.Flush();
                await StoreKeptAsync(cancellation);
            }

            thin.Add(batch, level);
            outbox.GiveUp(thin.TakeGivenUp());
            if (thin.IsDue) await StoreKeptAsync(cancellation);
            return;
        }

        if (!thin.IsEmpty) thin.Flush(); // before what comes now: a series stays in order
        await StoreKeptAsync(cancellation);
        await outbox.StoreAsync(batch, cancellation);
    }

    private async ValueTask StoreKeptAsync(CancellationToken cancellation)
    {
        if (thinner is null) return;

        outbox.GiveUp(thinner.TakeGivenUp());
        while (thinner.TakeKept() is { } kept) await outbox.StoreAsync(kept, cancellation);
    }
}
