using CsCheck;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Delivery;
using Iot.Gateway.Ledger;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Pipeline;

public sealed class LedgerTests : IDisposable
{
    private const ulong Epoch = 0xfeed;

    private readonly LossyDisk _disk = new(seed: 3);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_gap_is_named_and_closes_when_the_batch_arrives()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        foreach (var seq in new ulong[] { 1, 2, 5 }) await core.IngestAsync("pump-7", Epoch, seq);

        var gap = Assert.Single((await core.SettledBooksAsync("pump-7")).Gaps);
        Assert.Equal((Epoch, 3UL, 4UL, false), (gap.Epoch, gap.From, gap.To, gap.GivenUp));

        foreach (var seq in new ulong[] { 4, 3 }) await core.IngestAsync("pump-7", Epoch, seq);
        Assert.Empty((await core.SettledBooksAsync("pump-7")).Gaps);
    }

    [Fact]
    public async Task Each_life_of_a_device_has_books_of_its_own_and_says_what_it_gave_up()
    {
        GatewayCore? core = null;
        for (var start = 0; start < 2; start++)
        {
            if (core is not null) await core.DisposeAsync(); // what the snapshot says is what was counted
            core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()]);
            if (start > 0) continue;

            foreach (var seq in new ulong[] { 1, 2, 2 }) await core.IngestAsync("pump-7", Epoch, seq);
            await core.IngestAsync("pump-7", """[{"epoch":"000000000000feed","seq":9,"first":5,"n":"t","v":1,"t":1700000009}]""");
            await core.IngestAsync("pump-7", 0xbeef, 1);
        }

        var books = await core!.SettledBooksAsync("pump-7");
        await core.DisposeAsync();
        Assert.Equal(
            [(0xbeefUL, 1UL, 1L, 0UL, 0UL, 1L, 0L), (Epoch, 9UL, 3L, 4UL, 2UL, 3L, 1L)],
            books.Epochs.Select(epoch => (epoch.Epoch, epoch.Produced, epoch.Batches, epoch.Missing, epoch.GivenUp, epoch.Readings.Accepted, epoch.Readings.Duplicate)));
        Assert.All(books.Epochs, epoch => Assert.Equal(epoch.Produced, (ulong)epoch.Batches + epoch.Missing + epoch.GivenUp));
        Assert.Equal([(3UL, 4UL, true), (5UL, 8UL, false)], books.Gaps.Select(gap => (gap.From, gap.To, gap.GivenUp)));
    }

    [Fact]
    public async Task A_damaged_snapshot_is_set_aside_and_the_books_are_read_from_the_journal_again()
    {
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()]))
        {
            for (var seq = 1UL; seq <= 7; seq++) await core.IngestAsync("pump-7", Epoch, seq);
            await core.SettledBooksAsync("pump-7");
        }

        var bytes = _disk.ReadAllBytes("/state/books.snapshot");
        bytes[bytes.Length / 2] ^= 0x40;
        _disk.WriteAllBytes("/state/books.snapshot", bytes);

        await using var again = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()]);
        var books = await again.SettledBooksAsync("pump-7");
        Assert.Equal((7, 7, 7, 0), (books.Received, books.Accepted, books.Sinks[0].Stored, books.Sinks[0].Before));
        Assert.Contains(_disk.Files, file => file.EndsWith(".damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gateway_that_has_received_nothing_yet_starts_again_without_complaint()
    {
        for (var start = 0; start < 2; start++) await (await GatewayCore.StartAsync(_disk, _directory, [])).DisposeAsync();

        Assert.DoesNotContain(_disk.Files, file => file.EndsWith(".damaged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_without_identity_is_recognised_after_a_crash_and_after_a_clean_stop(bool crash)
    {
        const string pack = """[{"n":"temperature","v":21.5,"t":1700000000}]""";
        var core = await GatewayCore.StartAsync(_disk, _directory, []);
        Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", pack));
        var cut = crash ? _disk.CutPower() : null;
        await core.DisposeAsync();
        var disk = cut ?? _disk;

        await using var again = await GatewayCore.StartAsync(disk, _directory, []);
        Assert.Equal(IngestResult.Duplicate, await again.IngestAsync("pump-7", pack));
    }

    [Fact]
    public async Task A_sink_added_later_is_owed_what_the_journal_still_holds()
    {
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink { Name = "Old" }]))
        {
            for (var seq = 1UL; seq <= 4; seq++) await core.IngestAsync("pump-7", Epoch, seq);
            await core.SettledBooksAsync("pump-7");
        }

        var added = new RecordingSink { Name = "New" };
        await using var again = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink { Name = "Old" }, added]);
        var books = await again.SettledBooksAsync("pump-7");
        Assert.Equal(4, added.Stored.Count);
        Assert.All(books.Sinks, sink => Assert.Equal((4, 0), (sink.Stored, sink.Pending)));
    }

    [Fact]
    public async Task A_sink_taken_out_and_put_back_later_has_books_that_balance()
    {
        foreach (var (sinks, seqs) in new[] { (new[] { "Old", "New" }, 1..5), (["Old"], 5..8), (["Old", "New"], 8..10) })
        {
            await using var core = await GatewayCore.StartAsync(_disk, _directory, [.. sinks.Select(name => new RecordingSink { Name = name })]);
            for (var seq = seqs.Start.Value; seq < seqs.End.Value; seq++) await core.IngestAsync("pump-7", Epoch, (ulong)seq);
            var books = await core.SettledBooksAsync("pump-7");
            Assert.All(books.Sinks, sink => Assert.Equal((books.Accepted, 0, 0), (sink.Stored, sink.Pending, sink.Before)));
        }
    }

    [Fact]
    public async Task A_sink_that_lost_what_it_held_gets_it_again_and_its_books_balance()
    {
        for (var life = 1UL; life <= 2; life++)
        {
            var sink = new RecordingSink { OwnPlace = 0, ReadingsPerWrite = 1 }; // its file was moved away: it begins with the spool's beginning
            await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
            if (life == 1)
                for (var seq = 1UL; seq <= 4; seq++) await core.IngestAsync("pump-7", Epoch, seq);

            await Eventually.TrueAsync(() => sink.Stored.Count == 4, "it has all");
            var books = await core.SettledBooksAsync("pump-7");
            Assert.Equal((4, 4, 0, 0), (books.Accepted, books.Sinks[0].Stored, books.Sinks[0].Pending, books.Sinks[0].Before));
        }
    }

    [Fact]
    public async Task A_reading_refused_by_a_sink_is_a_dead_letter_in_the_books_after_a_crash_too()
    {
        RecordingSink Refusing() => new() { Answer = (next, _) => Task.FromResult(new WriteOutcome([new(next - 1, 0, RejectReason.SinkRefused, "no")], 1)) };
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()]))
        {
            await core.IngestAsync("pump-7", Epoch, 1);
            await core.SettledBooksAsync("pump-7");
        } // the snapshot knows the sink, and not pump-8

        var crashing = await GatewayCore.StartAsync(_disk, _directory, [Refusing()]);
        await crashing.IngestAsync("pump-8", Epoch, 1);
        Assert.Equal(1, (await crashing.SettledBooksAsync("pump-8")).Sinks[0].DeadLettered);
        var disk = _disk.CutPower();
        await crashing.DisposeAsync();

        await using var again = await GatewayCore.StartAsync(disk, _directory, [new RecordingSink()]);
        var books = await again.SettledBooksAsync("pump-8");
        Assert.Equal((0, 1), (books.Sinks[0].Stored, books.Sinks[0].DeadLettered));
    }

    [Fact]
    public async Task A_snapshot_that_lacks_a_sink_holds_the_journal_for_it()
    {
        var mayOpen = new TaskCompletionSource();
        var ledger = new LedgerOptions { SnapshotEvery = TimeSpan.FromMilliseconds(20), SnapshotRecords = 1 };
        await using var core = await GatewayCore.StartAsync(
            _disk, _directory, [new RecordingSink { Name = "Quick" }, new RecordingSink { Name = "Late", MayOpen = mayOpen.Task }], ledger: ledger);
        for (var seq = 1UL; seq <= 9; seq++) await core.IngestAsync("pump-7", Epoch, seq);
        await Eventually.TrueAsync(() => core.Ledger.TotalOf("Quick").Stored == 9 && _disk.Files.Contains("/state/books.snapshot"), "it is in a snapshot");
        Assert.Equal(0UL, core.Journal.OpenCursor("books").Offset);

        mayOpen.SetResult();
        await Eventually.TrueAsync(() => core.Journal.OpenCursor("books").Offset == 9, "the next snapshot has both");
    }

    [Fact]
    public void What_a_sink_reported_counts_once_when_its_loop_starts_again_before_the_books_have_caught_up()
    {
        var ledger = new GatewayLedger(new Deduplicator(new DeduplicationOptions()));
        ledger.OpenSink("Sink", 0, static _ => new Dictionary<DeviceId, SinkAccount>());
        ledger.Deliver("Sink", 5, new DeliveryTally());

        Assert.Equal(0UL, ledger.Applied);
        Assert.Equal(5UL, ledger.DeliveredTo("Sink")); // so a loop that goes on at 5 has nothing to count again
    }

    /// <summary>Random traffic of three devices with power cuts: what was acknowledged is in the books, delivered, and once.</summary>
    [Fact]
    public void The_books_agree_with_an_independent_count_whatever_is_cut_when() =>
        Gen.Int[0, 1_000_000].Sample(seed => RunLifeAsync(seed).GetAwaiter().GetResult(), iter: 40, threads: 1);

    private static async Task RunLifeAsync(int seed)
    {
        var random = new Random(seed);
        using var directory = new TempDirectory();
        var disk = new LossyDisk(seed);
        var acknowledged = new HashSet<(string Device, ulong Seq)>();
        var nextSeq = new Dictionary<string, ulong>(StringComparer.Ordinal) { ["a"] = 1, ["b"] = 1, ["c"] = 1 };

        for (var life = 0; life < 4; life++)
        {
            var core = await GatewayCore.StartAsync(disk, directory, [new RecordingSink { ReadingsPerWrite = 1 + random.Next(4) }]);
            if (random.Next(2) == 0) disk.CutPowerAfter(random.Next(60));
            for (var i = random.Next(40); i > 0; i--)
            {
                var device = nextSeq.Keys.ElementAt(random.Next(3));
                var seq = random.Next(5) == 0 ? (ulong)random.Next(1, (int)nextSeq[device] + 1) : nextSeq[device];
                var result = await core.IngestAsync(device, Epoch, seq);
                if (result is IngestResult.Stored or IngestResult.Duplicate) acknowledged.Add((device, seq));
                if (acknowledged.Contains((device, seq)) && seq == nextSeq[device]) nextSeq[device]++;
            }

            var next = random.Next(2) == 0 ? disk.CutPower() : null;
            await core.DisposeAsync();
            disk = next ?? disk.CutPower();
        }

        var sink = new RecordingSink();
        await using var last = await GatewayCore.StartAsync(disk, directory, [sink]);
        foreach (var device in acknowledged.Select(batch => batch.Device).Distinct(StringComparer.Ordinal))
        {
            var books = await last.SettledBooksAsync(device);
            Assert.Equal(books.Received, books.Accepted + books.Rejected + books.Duplicate);
            Assert.Equal(books.Accepted, books.Sinks.Single().Stored + books.Sinks.Single().Before);
            Assert.True(books.Accepted >= acknowledged.Count(batch => batch.Device.Equals(device, StringComparison.Ordinal)));
            Assert.Empty(books.Gaps);
        }

        foreach (var (device, seq) in acknowledged) Assert.Equal(IngestResult.Duplicate, await last.IngestAsync(device, Epoch, seq));
    }
}
