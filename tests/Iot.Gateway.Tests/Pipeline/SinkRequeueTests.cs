using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Gateway.Ledger;
using Iot.Testing;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>What one sink refused is offered to that sink again, and its books follow.</summary>
public sealed class SinkRequeueTests : IDisposable
{
    private const ulong Epoch = 0xfeed;

    private readonly LossyDisk _disk = new(seed: 6);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_one_sink_refused_goes_to_that_sink_alone()
    {
        var (picky, other) = (RecordingSink.Refusing("Picky"), new RecordingSink { Name = "Other" });
        var core = await GatewayCore.StartAsync(_disk, _directory, [picky, other]);
        await core.IngestAsync("pump-7", Epoch, 1);
        var refused = await core.SettledBooksAsync("pump-7");
        Assert.Equal((1, 0), (SinkOf(refused, "Picky").DeadLettered, SinkOf(refused, "Picky").Stored));
        var letter = Assert.Single(await core.WaitingLettersAsync(1));

        picky.Answer = (_, _) => Task.FromResult(new WriteOutcome([], 1)); // a person has put it right
        Assert.Equal(RequeueResult.Requeued, await core.RequeueAsync(letter.Id));

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((1, 1, 0, 0), (books.Received, SinkOf(books, "Picky").Stored, SinkOf(books, "Picky").Pending, SinkOf(books, "Picky").DeadLettered));
        Assert.Equal((1, 0), (SinkOf(books, "Other").Stored, SinkOf(books, "Other").DeadLettered));
        Assert.Equal([0UL, 1], picky.Stored.Select(stored => stored.Offset));
        Assert.Single(other.Stored);
        await core.DisposeAsync();

        await using var again = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink { Name = "Picky" }, new RecordingSink { Name = "Other" }]);
        Assert.Equal(books.Sinks, (await again.SettledBooksAsync("pump-7")).Sinks);
    }

    [Fact]
    public async Task A_sink_that_begins_anew_after_a_requeue_has_books_that_balance()
    {
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [RecordingSink.Refusing("Picky")]))
        {
            await core.IngestAsync("pump-7", Epoch, 1);
            await core.IngestAsync("pump-7", Epoch, 2);
            var letters = await core.WaitingLettersAsync(2);
            ((RecordingSink)core.AllSinks[0]).Answer = (_, _) => Task.FromResult(new WriteOutcome([], 1));
            Assert.Equal(RequeueResult.Requeued, await core.RequeueAsync(letters[0].Id));
            await core.SettledBooksAsync("pump-7");
        }

        var answer = new TaskCompletionSource<WriteOutcome>();
        await using var again = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink { Name = "Picky", OwnPlace = 0, Answer = (_, _) => answer.Task }]);
        await Eventually.TrueAsync(() => Figures(again) == (Before: 0, Stored: 0, Pending: 1, DeadLettered: 1), "its books begin anew");
        answer.SetResult(new([], 1));
        await again.SettledBooksAsync("pump-7");
        Assert.Equal((Before: 0, Stored: 1, Pending: 0, DeadLettered: 1), Figures(again));

        static (long Before, long Stored, long Pending, long DeadLettered) Figures(GatewayCore core)
        {
            var sink = core.Ledger.All()[0].Sinks[0];
            return (sink.Before, sink.Stored, sink.Pending, sink.DeadLettered);
        }
    }

    private static SinkBooks SinkOf(DeviceBooks books, string name) => books.Sinks.Single(sink => sink.Sink.Equals(name, StringComparison.Ordinal));
}
