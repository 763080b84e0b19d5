using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Tests.Deduplication;

public class DeduplicatorTests
{
    [Fact]
    public void A_device_keeps_its_history_and_has_it_alone()
    {
        var deduplicator = new Deduplicator(new());
        Remember(deduplicator, "a", 1);

        Assert.Same(deduplicator.Of(DeviceId.Parse("a")), deduplicator.Of(DeviceId.Parse("a")));
        Assert.True(HasSeen(deduplicator, "a", 1));
        Assert.False(HasSeen(deduplicator, "b", 1));
        Assert.False(deduplicator.TryFind(DeviceId.Parse("c"), out _));
        Assert.Equal(2, deduplicator.Devices);
    }

    [Fact]
    public void Beyond_the_limit_a_device_not_heard_of_for_long_is_forgotten_and_its_books_are_not_provable_any_more()
    {
        var deduplicator = new Deduplicator(new() { MaxDevices = 3 });
        foreach (var device in new[] { "a", "b", "c", "d" }) Remember(deduplicator, device, 1); // d pushes out a
        Assert.True(HasSeen(deduplicator, "b", 1));

        Remember(deduplicator, "e", 1); // b was heard of just now, so c goes

        Assert.Equal((3, 2L), (deduplicator.Devices, deduplicator.ForgottenDevices));
        Assert.False(deduplicator.TryFind(DeviceId.Parse("c"), out _));
        Assert.True(deduplicator.TryFind(DeviceId.Parse("b"), out var kept));
        Assert.True(kept.IsComplete);
        Assert.False(deduplicator.Of(DeviceId.Parse("c")).IsComplete);
    }

    [Fact]
    public void A_device_with_a_batch_in_flight_is_never_forgotten()
    {
        var deduplicator = new Deduplicator(new() { MaxDevices = 2 });
        var busy = deduplicator.Of(DeviceId.Parse("busy"));
        lock (busy.Lock) busy.BeginInFlight(1, 1, Task.CompletedTask);

        for (var i = 0; i < 10; i++) Remember(deduplicator, $"d{i}", 1);

        Assert.Same(busy, deduplicator.Of(DeviceId.Parse("busy")));
        Assert.Equal(2, deduplicator.Devices);
    }

    [Fact]
    public async Task Of_many_copies_of_a_batch_that_arrive_together_one_is_stored_even_when_appends_fail()
    {
        const int Batches = 40, Copies = 8;
        var deduplicator = new Deduplicator(new());
        var history = deduplicator.Of(DeviceId.Parse("d"));
        var stored = new int[Batches + 1];
        var failures = 0;

        await Task.WhenAll(Enumerable.Range(0, Batches * Copies).Select(i => Task.Run(() => ReceiveAsync((ulong)(i % Batches) + 1))));

        Assert.All(stored.Skip(1), times => Assert.Equal(1, times));
        Assert.True(failures > 0);
        lock (history.Lock)
        {
            Assert.False(history.HasInFlight);
            Assert.Empty(history.Gaps());
            Assert.Equal((ulong)Batches, history.HighestSeq(1));
        }

        // What IngestPipeline does.
        async Task ReceiveAsync(ulong seq)
        {
            while (true)
            {
                var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Task? other;
                lock (history.Lock)
                {
                    if (history.HasSeen(1, seq)) return;
                    if (!history.TryGetInFlight(1, seq, out other)) history.BeginInFlight(1, seq, durable.Task);
                }

                if (other is not null)
                {
                    await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                await Task.Yield();
                var fails = Interlocked.Increment(ref failures) % 3 == 1;
                lock (history.Lock)
                {
                    if (fails) history.Abandon(1, seq);
                    else history.Complete(1, seq);
                }

                if (fails)
                {
                    durable.SetException(new IOException("disk"));
                    continue;
                }

                Interlocked.Increment(ref stored[seq]);
                durable.SetResult();
                return;
            }
        }
    }

    private static void Remember(Deduplicator deduplicator, string device, ulong seq)
    {
        var history = deduplicator.Of(DeviceId.Parse(device));
        lock (history.Lock) history.Remember(1, seq);
    }

    private static bool HasSeen(Deduplicator deduplicator, string device, ulong seq)
    {
        var history = deduplicator.Of(DeviceId.Parse(device));
        lock (history.Lock) return history.HasSeen(1, seq);
    }
}
