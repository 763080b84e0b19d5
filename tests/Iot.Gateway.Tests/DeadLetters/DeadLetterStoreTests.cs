using Iot.Gateway.DeadLetters;
using Iot.Gateway.Mqtt;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.DeadLetters;

public sealed class DeadLetterStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory["dead-letters.db"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_refused_comes_back_with_its_bytes()
    {
        using var store = Open();
        var letter = Letter(7, 3) with
        {
            Detail = "at byte 12 – größer",
            Identity = new(ulong.MaxValue, 5, 1),
            Readings = 4,
            Payload = new byte[] { 0, 255, 1 },
        };

        await store.AddAsync([letter], TestContext.Current.CancellationToken);

        var kept = store.Get(Assert.Single(store.List(new())).Id)!;
        Assert.Equal(letter with { Payload = default }, kept.Letter with { Payload = default });
        Assert.Equal([0, 255, 1], kept.Letter.Payload.ToArray());
        Assert.Null(kept.PayloadNote);
        Assert.Null(store.Get(999));
    }

    [Fact]
    public async Task Reasons_are_counted_for_a_filter_and_the_stand_tells_what_waits()
    {
        DeadLetterStand stand;
        using (var store = Open())
        {
            await store.AddAsync([Letter(1, 0), Letter(1, 1), Letter(2, 0) with { Reason = RejectReason.TooOld, Readings = 5 }, Letter(3, 0) with { Device = DeviceId.Parse("d2") }], TestContext.Current.CancellationToken);
            await store.SettleAsync([new(1, DeadLetter.Ingest, 1)], LetterState.Discarded, TestContext.Current.CancellationToken);

            Assert.Equal([new(RejectReason.NotFinite, 3, 3), new(RejectReason.TooOld, 1, 5)], store.Groups(new(Limit: 1)));
            Assert.Equal([new(RejectReason.NotFinite, 1, 1), new(RejectReason.TooOld, 1, 5)], store.Groups(new(Device: DeviceId.Parse("d1"), State: LetterState.Kept)));
            stand = store.Stand;
            Assert.Equal(new(4, 3, IsFull: false, Schemas: 0), stand);
        }

        using var again = Open(new() { MaxLetters = 4 });
        Assert.Equal(stand with { IsFull = true }, again.Stand);
    }

    [Fact]
    public async Task Twice_is_once()
    {
        using var store = Open();
        DeadLetter[] letters = [Letter(1, 0), Letter(1, 1), Letter(1, 0) with { Origin = "Influx" }, Letter(2, DeadLetter.WholeMessage)];

        await store.AddAsync(letters, 3, TestContext.Current.CancellationToken);
        await store.AddAsync(letters, 3, TestContext.Current.CancellationToken);

        Assert.Equal(4, store.List(new()).Count);
        Assert.Equal(3UL, store.CollectedTo);
    }

    [Fact]
    public async Task What_is_dealt_with_is_listed_as_such_and_its_bytes_go_with_the_last_of_its_message()
    {
        using var store = Open();
        await store.AddAsync([Letter(1, 0), Letter(1, 1), Letter(2, 0)], TestContext.Current.CancellationToken);

        Assert.Equal(1, await store.SettleAsync([Letter(1, 0).Key], LetterState.Requeued, TestContext.Current.CancellationToken));
        Assert.Equal(7, store.List(new(State: LetterState.Requeued)).Single().PayloadKept);
        Assert.Equal(1, await store.SettleAsync([Letter(1, 1).Key, Letter(1, 0).Key], LetterState.Discarded, TestContext.Current.CancellationToken));

        Assert.Equal([2UL], Offsets(store.List(new(State: LetterState.Kept))));
        Assert.Contains("went when it was dealt with", store.List(new(State: LetterState.Discarded)).Single().PayloadNote);
        Assert.Equal(2, store.Counts().Sum(count => count.Readings)); // requeued is refused no more; discarded is
    }

    [Fact]
    public async Task What_is_dealt_with_is_forgotten_with_the_spool_and_still_counts_when_it_was_discarded()
    {
        using var store = Open();
        await store.AddAsync([Letter(1, 0), Letter(1, 1), Letter(2, 0), Letter(3, 0)], TestContext.Current.CancellationToken);
        await store.SettleAsync([Letter(1, 0).Key], LetterState.Requeued, TestContext.Current.CancellationToken);
        await store.SettleAsync([Letter(1, 1).Key, Letter(3, 0).Key], LetterState.Discarded, TestContext.Current.CancellationToken);
        var before = store.Counts();

        Assert.Equal(2, await store.ForgetAsync(below: 3, TestContext.Current.CancellationToken));

        Assert.Equal([3UL, 2], Offsets(store.List(new())));
        Assert.Equal(before, store.Counts().Select(count => count with { Letters = count.Letters }));
    }

    [Fact]
    public async Task A_batch_that_fails_keeps_nothing_and_does_not_move_the_offset()
    {
        using var store = Open();
        using (var breaker = new SqliteConnection($"Data Source={Path};Pooling=false"))
        {
            breaker.Open();
            breaker.Execute("CREATE TRIGGER break_it BEFORE INSERT ON letters WHEN NEW.reading = 9 BEGIN SELECT RAISE(ABORT, 'broken'); END");
        }

        var e = await Assert.ThrowsAsync<DeadLettersException>(() => store.AddAsync([Letter(1, 0), Letter(1, 9)], 2, TestContext.Current.CancellationToken));

        Assert.Contains("broken", e.Message);
        Assert.Empty(store.List(new()));
        Assert.Equal(0UL, store.CollectedTo);
        await store.AddAsync([Letter(1, 0)], 2, TestContext.Current.CancellationToken);
        Assert.Equal(2UL, store.CollectedTo);
    }

    [Fact]
    public async Task A_list_is_filtered_and_paged_newest_first()
    {
        using var store = Open();
        await store.AddAsync(
            [.. Enumerable.Range(0, 10).Select(i => Letter((ulong)i, 0) with
            {
                Device = DeviceId.Parse(i % 2 == 0 ? "even" : "odd"),
                Reason = i < 5 ? RejectReason.TooOld : RejectReason.WrongUnit,
                ReceivedAtNs = i,
            })], TestContext.Current.CancellationToken);

        Assert.Equal([8UL, 6], Offsets(store.List(new(Device: DeviceId.Parse("even"), Reason: RejectReason.WrongUnit))));
        Assert.Equal([4UL, 3], Offsets(store.List(new(FromNs: 3, ToNs: 5))));
        Assert.Empty(store.List(new(Origin: "Influx")));
        var page = store.List(new(Limit: 4));
        Assert.Equal([9UL, 8, 7, 6], Offsets(page));
        Assert.Equal([5UL, 4, 3, 2], Offsets(store.List(new(Limit: 4, BeforeId: page[^1].Id))));
    }

    [Fact]
    public async Task Bytes_beyond_a_limit_are_not_kept_and_that_is_said()
    {
        using var store = Open(new() { MaxBytesPerMessage = 10, MaxBytes = 25 });
        await store.AddAsync([.. Enumerable.Range(1, 4).Select(i => Letter((ulong)i, 0) with { Payload = new byte[i == 1 ? 5 : 20] })], TestContext.Current.CancellationToken);

        var kept = store.List(new()).OrderBy(letter => letter.Id).ToList();

        Assert.Equal([5L, 10, 10, 0], kept.Select(letter => letter.PayloadKept));
        Assert.Equal([5L, 20, 20, 20], kept.Select(letter => letter.PayloadLength));
        Assert.Contains("first 10 of its 20", kept[1].PayloadNote);
        Assert.Contains("MaxBytes was reached", kept[3].PayloadNote);
    }

    [Fact]
    public async Task The_bytes_of_a_message_are_kept_once_for_all_its_readings()
    {
        using var store = Open(new() { MaxBytes = 150 });
        await store.AddAsync([.. Enumerable.Range(0, 50).Select(i => Letter(1, i) with { Payload = new byte[100] })], TestContext.Current.CancellationToken);

        Assert.All(store.List(new()), letter => Assert.Equal(100, letter.PayloadKept));
    }

    [Fact]
    public async Task Beyond_the_most_letters_each_is_still_counted_once()
    {
        using var store = Open(new() { MaxLetters = 3 });
        DeadLetter[] first = [Letter(1, 0), Letter(1, 1), Letter(2, 0), Letter(2, 1), Letter(2, 2) with { Readings = 7 }];

        await store.AddAsync(first, 3, TestContext.Current.CancellationToken);
        await store.AddAsync(first, 3, TestContext.Current.CancellationToken);
        await store.AddAsync([Letter(3, 0) with { Reason = RejectReason.TooOld }, Letter(1, 0) with { Origin = "Influx" }], TestContext.Current.CancellationToken);

        Assert.Equal(3, store.List(new()).Count);
        Assert.Equal(
            [("Influx", RejectReason.NotFinite, 1L, 1L), ("ingest", RejectReason.NotFinite, 5, 11), ("ingest", RejectReason.TooOld, 1, 1)],
            store.Counts().Select(count => (count.Origin, count.Reason, count.Letters, count.Readings)));
    }

    [Fact]
    public async Task A_list_is_read_while_others_are_added()
    {
        using var store = Open();
        var adding = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await store.AddAsync([Letter((ulong)i, 0)], TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        while (!adding.IsCompleted) _ = store.List(new()).Count;
        await adding;

        Assert.Equal(50, store.List(new()).Count);
    }

    private DeadLetterStore Open(DeadLettersOptions? options = null) =>
        DeadLetterStore.Open(Path, options ?? new(), NullLogger<DeadLetterStore>.Instance);

    private static IEnumerable<ulong> Offsets(IEnumerable<KeptDeadLetter> letters) => letters.Select(letter => letter.Letter.Offset);

    internal static DeadLetter Letter(ulong offset, int index) => new()
    {
        Offset = offset,
        Origin = DeadLetter.Ingest,
        Index = index,
        Device = DeviceId.Parse("d1"),
        ReceivedAtNs = 1_700_000_000_000_000_000,
        Reason = RejectReason.NotFinite,
        Format = PayloadFormat.LineProtocol,
        Payload = "m v=NaN"u8.ToArray(),
    };
}
