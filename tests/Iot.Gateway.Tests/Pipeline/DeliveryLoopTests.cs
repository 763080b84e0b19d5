using CsCheck;
using Iot.Gateway.Delivery;
using Iot.Testing;

namespace Iot.Gateway.Tests.Pipeline;

public sealed class DeliveryLoopTests : IDisposable
{
    private const ulong Epoch = 0xfeed;

    private readonly LossyDisk _disk = new(seed: 2);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_accepted_reading_reaches_every_sink_in_order()
    {
        var sinks = new[] { new RecordingSink { Name = "First", ReadingsPerWrite = 3 }, new RecordingSink { Name = "Second", MaxInFlight = 1 } };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, sinks);
        for (var seq = 1UL; seq <= 20; seq++) await core.IngestAsync("pump-7", Epoch, seq, seq);

        var books = await core.SettledBooksAsync("pump-7");
        var expected = Enumerable.Range(1, 20).Select(value => $"pump-7 temperature {value}");
        Assert.All(sinks, sink => Assert.Equal(expected, sink.Stored.Select(reading => reading.Text)));
        Assert.All(books.Sinks, sink => Assert.Equal((20, 0, 0), (sink.Stored, sink.Pending, sink.DeadLettered)));
    }

    [Fact]
    public async Task After_a_restart_delivery_goes_on_where_it_stood()
    {
        var before = new RecordingSink();
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [before]))
        {
            for (var seq = 1UL; seq <= 5; seq++) await core.IngestAsync("pump-7", Epoch, seq);
            await core.SettledBooksAsync("pump-7");
        }

        var after = new RecordingSink();
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [after]))
        {
            Assert.Equal(IngestResult.Duplicate, await core.IngestAsync("pump-7", Epoch, 5));
            Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", Epoch, 6, 6));
            var books = await core.SettledBooksAsync("pump-7");
            Assert.Equal((6, 1, 6), (books.Accepted, books.Duplicate, books.Sinks[0].Stored));
        }

        Assert.Equal("pump-7 temperature 6", Assert.Single(after.Stored).Text);
    }

    [Fact]
    public async Task A_backlog_is_as_old_as_the_oldest_message_that_the_sink_lacks()
    {
        var answers = new TaskCompletionSource<WriteOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink { ReadingsPerWrite = 1 };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        await core.IngestAsync("pump-7", Epoch, 1);
        await core.SettledBooksAsync("pump-7");
        Assert.Equal(0, sink.History.Look().OldestOwedNs);

        sink.Answer = (_, _) => answers.Task;
        await core.IngestAsync("pump-7", Epoch, 2);
        await Eventually.TrueAsync(() => sink.History.Look().OldestOwedNs > 0, "one waits");
        var oldest = sink.History.Look().OldestOwedNs;
        for (var seq = 3UL; seq <= 5; seq++) await core.IngestAsync("pump-7", Epoch, seq);
        Assert.Equal(oldest, sink.History.Look().OldestOwedNs);

        answers.SetResult(new([], 1));
        await Eventually.TrueAsync(() => sink.History.Look().OldestOwedNs == 0, "it has all of them again");
    }

    [Fact]
    public async Task Checkpoints_that_fail_one_after_the_other_do_not_end_a_sink()
    {
        var sink = new RecordingSink();
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        sink.Answer = (_, _) =>
        {
            _disk.FailingSyncs = 2; // that of the write, and that of the run that ends for it
            sink.Answer = (_, _) => Task.FromResult(new WriteOutcome([], 1));
            return Task.FromResult(new WriteOutcome([], 1));
        };

        await core.IngestAsync("pump-7", Epoch, 1);

        Assert.Equal(1, (await core.SettledBooksAsync("pump-7")).Sinks[0].Stored);
        Assert.Equal(0, _disk.FailingSyncs);
    }

    [Fact]
    public async Task It_is_known_how_old_the_oldest_message_is_that_a_sink_has_not_got()
    {
        var mayEnd = new TaskCompletionSource();
        var sink = new RecordingSink
        {
            MaxInFlight = 2, ReadingsPerWrite = 1,
            Answer = async (_, cancellation) =>
            {
                await mayEnd.Task.WaitAsync(cancellation);
                return new([], 1);
            },
        };
        long owed;
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [sink]))
        {
            Assert.Equal(0, sink.History.Look().OldestOwedNs);
            await core.IngestAsync("pump-7", Epoch, 1);
            await Eventually.TrueAsync(() => sink.History.Look().OldestOwedNs > 0, "the first message is owed");
            owed = sink.History.Look().OldestOwedNs;
            await core.IngestAsync("pump-7", Epoch, 2);
            Assert.Equal(owed, sink.History.Look().OldestOwedNs);
        }

        var opening = new TaskCompletionSource();
        var later = new RecordingSink { MayOpen = opening.Task };
        await using var again = await GatewayCore.StartAsync(_disk, _directory, [later]);
        await Eventually.TrueAsync(() => later.History.Look().OldestOwedNs == owed, "what is owed is known before the sink can be opened");
        opening.SetResult();
        await again.SettledBooksAsync("pump-7");
        Assert.Equal(0, later.History.Look().OldestOwedNs);
    }

    [Fact]
    public async Task After_a_power_cut_everything_acknowledged_is_delivered_and_the_books_agree()
    {
        var stuck = new RecordingSink { ReadingsPerWrite = 1 };
        stuck.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return new([], 1);
        };
        var core = await GatewayCore.StartAsync(_disk, _directory, [stuck]);
        for (var seq = 1UL; seq <= 30; seq++) Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", Epoch, seq, seq));
        var disk = _disk.CutPower();
        await core.DisposeAsync();

        var sink = new RecordingSink();
        await using var again = await GatewayCore.StartAsync(disk, _directory, [sink]);
        for (var seq = 1UL; seq <= 30; seq++) Assert.Equal(IngestResult.Duplicate, await again.IngestAsync("pump-7", Epoch, seq));
        var books = await again.SettledBooksAsync("pump-7");
        Assert.Equal((30, 30, 30), (books.Accepted, books.Duplicate, books.Sinks[0].Stored));
        Assert.Equal(Enumerable.Range(1, 30).Select(value => $"pump-7 temperature {value}"), sink.Stored.Select(reading => reading.Text));
    }

    /// <summary>Writes end in any order, as on a real server with several connections: what was accepted last for a time is what stays.</summary>
    [Fact]
    public void Of_two_values_for_the_same_time_the_later_one_stays_however_writes_overtake_each_other() =>
        Gen.Int[0, 1_000_000].Sample(seed => OvertakeAsync(seed).GetAwaiter().GetResult(), iter: 30, threads: 1);

    private static async Task OvertakeAsync(int seed)
    {
        var random = new Random(seed);
        using var directory = new TempDirectory();
        var sink = new RecordingSink { ReadingsPerWrite = 1 + random.Next(3), MaxInFlight = 3 };
        var waiting = new List<TaskCompletionSource>();
        sink.Answer = async (_, _) =>
        {
            var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (waiting) waiting.Add(mayEnd);
            await mayEnd.Task;
            return new([], 1);
        };
        await using var core = await GatewayCore.StartAsync(new LossyDisk(seed), directory, [sink]);
        var expected = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var value = 1; value <= 30; value++)
        {
            var time = 1_700_000_000 + random.Next(6);
            expected[$"t{time}"] = value;
            await core.IngestAsync("pump-7", $$"""[{"n":"t{{time}}","v":{{value}},"t":{{time}},"epoch":"000000000000feed","seq":{{value}}}]""");
            EndOne();
        }

        await Eventually.TrueAsync(() =>
        {
            EndOne();
            return core.IsSettled;
        }, "everything is delivered");

        var kept = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var words in sink.Stored.Select(stored => stored.Text.Split(' '))) kept[words[1]] = int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), kept.OrderBy(pair => pair.Key, StringComparer.Ordinal));

        void EndOne()
        {
            lock (waiting)
            {
                if (waiting.Count == 0) return;

                var one = random.Next(waiting.Count);
                waiting[one].SetResult();
                waiting.RemoveAt(one);
            }
        }
    }

    [Fact]
    public async Task A_write_of_later_times_does_not_wait_for_one_that_is_retried()
    {
        var firstMayEnd = new TaskCompletionSource();
        var sink = new RecordingSink { ReadingsPerWrite = 1, MaxInFlight = 2 };
        sink.Answer = async (next, _) =>
        {
            if (next == 1) await firstMayEnd.Task;
            return new([], 1);
        };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        await core.IngestAsync("pump-7", Epoch, 1, 1);
        await core.IngestAsync("pump-7", Epoch, 2, 2);

        await Eventually.TrueAsync(() => sink.Stored.Count == 1, "the second write has ended");
        Assert.Equal("pump-7 temperature 2", sink.Stored[0].Text);
        firstMayEnd.SetResult();
        await core.SettledBooksAsync("pump-7");
    }

    [Fact]
    public async Task A_reading_that_a_sink_refuses_for_good_becomes_a_dead_letter_once_and_the_rest_counts_as_stored()
    {
        var sink = new RecordingSink { ReadingsPerWrite = 100 };
        sink.Answer = (_, _) => Task.FromResult(new Iot.Gateway.Delivery.WriteOutcome([new(0, 1, RejectReason.SinkTypeConflict, "field type conflict")], 1));
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        await core.IngestAsync("pump-7", """[{"n":"a","v":1,"t":1700000001},{"n":"b","v":2},{"n":"c","v":3}]""");

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((3, 2, 0, 1), (books.Accepted, books.Sinks[0].Stored, books.Sinks[0].Pending, books.Sinks[0].DeadLettered));
        var letter = Assert.Single(core.DeadLetters());
        Assert.Equal(("Recording", 1, "field type conflict"), (letter.Letter.Origin, letter.Letter.Index, letter.Letter.Detail));
    }

    [Fact]
    public async Task A_sink_that_is_down_holds_only_its_own_cursor()
    {
        var down = new RecordingSink { Name = "Down", Answer = async (_, cancellation) => { await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation); return new([], 1); } };
        var up = new RecordingSink { Name = "Up" };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [down, up]);
        await core.IngestAsync("pump-7", Epoch, 1);

        await Eventually.TrueAsync(() => core.Ledger.TotalOf("Up").Stored == 1, "the healthy sink has it");
        await Eventually.TrueAsync(() => core.Ledger.TotalOf("Down") is { Stored: 0, Pending: 1 }, "the other is owed it");
    }
}
