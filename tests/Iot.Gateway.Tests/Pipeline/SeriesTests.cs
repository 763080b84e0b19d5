using System.Globalization;
using Iot.Gateway.DeadLetters;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>A device has so many series and no more, through restarts and crashes; what is beyond waits as a dead letter.</summary>
public sealed class SeriesTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly LossyDisk _disk = new(seed: 9);
    private readonly TempDirectory _directory = new();
    private int _seq;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Readings_of_one_series_too_many_become_dead_letters_and_their_neighbours_are_stored()
    {
        var sink = new RecordingSink();
        await using var core = await StartAsync(most: 2, sink: sink);

        Assert.Equal(IngestResult.Stored, await SendAsync(core, "a", "b", "c"));
        Assert.Equal(IngestResult.Stored, await SendAsync(core, "c", "b"));

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((5, 3, 2), (books.Received, books.Accepted, books.Rejected));
        Assert.All(await core.WaitingLettersAsync(2), letter => Assert.Equal(RejectReason.TooManySeries, letter.Letter.Reason));
        Assert.Equal(["pump-7 a 1", "pump-7 b 1", "pump-7 b 1"], sink.Stored.Select(stored => stored.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_device_has_opened_is_known_after_a_crash_and_after_a_clean_stop(bool crash)
    {
        var core = await StartAsync(most: 2);
        await SendAsync(core, "a", "b", "c");
        var cut = crash ? _disk.CutPower() : null;
        await core.DisposeAsync();

        await using var again = await StartAsync(most: 2, cut);
        Assert.Equal(2, again.Series.CountOf(Pump));
        await SendAsync(again, "a", "b", "d");

        Assert.Equal((6, 4, 2), await BooksAsync(again));
    }

    [Fact]
    public async Task What_the_journal_no_longer_holds_is_known_all_the_same()
    {
        await using (var core = await StartAsync(most: 2))
        {
            await SendAsync(core, "a", "b");
            await BooksAsync(core);
        }

        await using (await StartAsync(most: 2)) // writes down nothing new, and must not write down less
        {
        }

        var bytes = _disk.ReadAllBytes("/state/series.snapshot");
        await using var again = await StartAsync(most: 2);

        Assert.Equal(2, again.Series.CountOf(Pump));
        Assert.Equal(bytes, _disk.ReadAllBytes("/state/series.snapshot"));
    }

    [Fact]
    public async Task A_damaged_snapshot_is_set_aside_and_series_are_counted_anew()
    {
        await using (var core = await StartAsync(most: 2))
        {
            await SendAsync(core, "a", "b");
            await BooksAsync(core);
        }

        var bytes = _disk.ReadAllBytes("/state/series.snapshot");
        bytes[^10] ^= 0x40;
        _disk.WriteAllBytes("/state/series.snapshot", bytes);

        await using var again = await StartAsync(most: 2);
        await SendAsync(again, "c", "d", "e");

        Assert.Equal((5, 4, 1), await BooksAsync(again));
        Assert.Contains(_disk.Files, file => file.Contains("series.snapshot.", StringComparison.Ordinal) && file.EndsWith(".damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Once_the_limit_is_raised_they_can_be_requeued()
    {
        long letter;
        await using (var core = await StartAsync(most: 1))
        {
            await SendAsync(core, "a", "b");
            letter = Assert.Single(await core.WaitingLettersAsync(1)).Id;
            Assert.Equal(RequeueResult.StillRefused, await core.RequeueAsync(letter));
        }

        await using var again = await StartAsync(most: 2);
        Assert.Equal(RequeueResult.Requeued, await again.RequeueAsync(letter));
        Assert.Equal((2, 2, 0), await BooksAsync(again));
    }

    [Fact]
    public async Task A_dry_run_opens_no_series_and_a_requeue_only_those_that_it_takes()
    {
        IReadOnlyList<KeptDeadLetter> letters;
        await using (var core = await StartAsync(most: 1))
        {
            await SendAsync(core, "a", "b", "c");
            letters = await core.WaitingLettersAsync(2);
        }

        await using var again = await StartAsync(most: 2);
        Assert.Equal(RequeueResult.Requeued, await again.RequeueAsync(letters.Min(letter => letter.Id), isDryRun: true));
        Assert.Equal(1, again.Series.CountOf(Pump));

        Assert.Equal(RequeueResult.StillRefused, await again.RequeueAsync(letters.Max(letter => letter.Id)));
        Assert.Equal(1, again.Series.CountOf(Pump));
        Assert.Equal(RequeueResult.Requeued, await again.RequeueAsync(letters.Min(letter => letter.Id)));
        Assert.Equal(2, again.Series.CountOf(Pump));
    }

    private Task<GatewayCore> StartAsync(int most, LossyDisk? disk = null, RecordingSink? sink = null) =>
        GatewayCore.StartAsync(disk ?? _disk, _directory, [sink ?? new RecordingSink()], limits: new() { SeriesPerDevice = most });

    private Task<IngestResult> SendAsync(GatewayCore core, params string[] names)
    {
        var readings = string.Join(',', names.Select(name => $$"""{"n":"{{name}}","v":1}"""));
        return core.IngestAsync("pump-7", string.Create(CultureInfo.InvariantCulture, $$"""[{"epoch":"000000000000feed","seq":{{++_seq}},"bt":{{1_700_000_000 + _seq}}},{{readings}}]"""));
    }

    private static async Task<(long Received, long Accepted, long Rejected)> BooksAsync(GatewayCore core)
    {
        var books = await core.SettledBooksAsync("pump-7");
        return (books.Received, books.Accepted, books.Rejected);
    }
}
