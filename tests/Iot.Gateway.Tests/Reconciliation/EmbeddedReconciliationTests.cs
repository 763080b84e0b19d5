using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Reconciliation;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Iot.Gateway.Tests.Reconciliation;

/// <summary>The embedded store counted against the books, after somebody's hand was in one of them.</summary>
public sealed class EmbeddedReconciliationTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_row_deleted_by_hand_is_named_with_its_place_in_the_journal()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        for (var seq = 1UL; seq <= 5; seq++) await gateway.IngestAsync("pump-7", seq, readings: 10);
        await gateway.SettledAsync();
        Assert.True((await gateway.ReconcileAsync()).IsProven);

        var time = CountedGateway.Second(3, 4) * 1_000_000_000;
        Assert.Equal(1, await gateway.SqlAsync($"DELETE FROM reading_rows WHERE time = {time}"));

        var report = await gateway.ReconcileAsync();
        var sink = Assert.Single(report.Sinks);
        Assert.False(report.IsProven);
        Assert.Equal((50, 49, 1, 0), (sink.Expected, sink.Found, sink.Missing, sink.Extra));
        Assert.Equal(new MissingReading(new("pump-7", "telemetry", "temperature", ""), time, Offset: 2, Reading: 4, 0xfeed, 3), Assert.Single(sink.MissingReadings));
    }

    [Fact]
    public async Task A_series_deleted_by_hand_is_named_reading_by_reading()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        await gateway.IngestAsync("pump-7", 1, readings: 1200);
        await gateway.IngestAsync("pump-8", 1, readings: 10);
        await gateway.SettledAsync();
        await gateway.SqlAsync("DELETE FROM series WHERE device = 'pump-7'");

        var sink = (await gateway.ReconcileAsync()).Sinks[0];
        Assert.Equal((1200, 0, ReconcileQuestion.MostNamed), (sink.Missing, sink.Extra, sink.MissingReadings.Count));
        Assert.All(sink.MissingReadings, (reading, i) => Assert.Equal(("pump-7", i), (reading.Series.Device, reading.Reading)));

        Assert.Equal(0, (await gateway.ReconcileAsync(new(Device: DeviceId.Parse("pump-8")))).Sinks[0].Missing);
    }

    [Fact]
    public async Task A_row_written_by_hand_is_named_once_as_extra_and_once_as_doubled()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        await gateway.IngestAsync("pump-7", 1, readings: 10);
        await gateway.SettledAsync();
        await gateway.SqlAsync("INSERT INTO reading_rows SELECT series, time + 7, kind, number, text, journal_offset FROM reading_rows WHERE number = 3");
        await gateway.SqlAsync("INSERT INTO reading_rows SELECT * FROM reading_rows WHERE number = 5");

        var sink = (await gateway.ReconcileAsync()).Sinks[0];
        Assert.Equal((0, 1, 1), (sink.Missing, sink.Extra, sink.Doubled));
        Assert.Equal((CountedGateway.Second(1, 3) * 1_000_000_000) + 7, Assert.Single(sink.ExtraReadings).TimeNs);
        Assert.Equal(CountedGateway.Second(1, 5) * 1_000_000_000, Assert.Single(sink.DoubledReadings).TimeNs);
    }

    [Fact]
    public async Task A_row_exchanged_for_another_of_the_same_minute_is_found_when_every_time_is_compared()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        await gateway.IngestAsync("pump-7", 1, readings: 10);
        await gateway.SettledAsync();
        await gateway.SqlAsync("UPDATE reading_rows SET time = time + 1 WHERE number = 3");

        var sink = (await gateway.ReconcileAsync(new(Full: true))).Sinks[0];
        Assert.Equal((1, 1), (sink.Missing, sink.Extra));
    }

    [Fact]
    public async Task Only_the_range_of_time_that_was_asked_for_counts()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        await gateway.IngestAsync("pump-7", 1, readings: 10);
        await gateway.SettledAsync();
        await gateway.SqlAsync("DELETE FROM reading_rows WHERE number IN (1, 4)");

        var sink = (await gateway.ReconcileAsync(new(FromNs: CountedGateway.Second(1, 2) * 1_000_000_000, ToNs: CountedGateway.Second(1, 8) * 1_000_000_000))).Sinks[0];
        Assert.Equal((6, 5, 1), (sink.Expected, sink.Found, sink.Missing));
        Assert.Equal(4, sink.MissingReadings[0].Reading);
    }

    [Fact]
    public async Task A_spool_segment_removed_by_hand_is_named_with_the_readings_that_have_no_record_any_more()
    {
        string[] small = ["--Journal:SegmentBytes", "4096"];
        await using (var before = await CountedGateway.StartAsync(_directory, small))
        {
            for (var seq = 1UL; seq <= 40; seq++) await before.IngestAsync("pump-7", seq, readings: 10);
            await before.SettledAsync();
        }

        var segments = Directory.GetFiles(Path.Combine(_directory["data"], "spool"), "*.segment").Order(StringComparer.Ordinal).ToList();
        Assert.True(segments.Count > 3, string.Join(' ', Directory.GetFiles(Path.Combine(_directory["data"], "spool"))));
        File.Delete(segments[1]);

        await using var gateway = await CountedGateway.StartAsync(_directory, small);
        await gateway.SettledAsync();
        var report = await gateway.ReconcileAsync();
        var gone = Assert.Single(report.Journal.Missing);
        var records = (long)(gone.To - gone.From + 1);
        Assert.Equal((ulong)records, report.Journal.MissingRecords);
        Assert.Equal(new BooksDifference(DeviceId.Parse("pump-7"), 400, 400 - (records * 10)), Assert.Single(report.Journal.Books));
        Assert.Equal((0, records * 10), (report.Sinks[0].Missing, report.Sinks[0].Extra));
        Assert.All(report.Sinks[0].ExtraReadings, extra => Assert.InRange(extra.Offset!.Value, gone.From, gone.To));
    }

    [Fact]
    public async Task What_retention_deleted_from_the_store_is_not_missing()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory, "--Embedded:RetainFor", "30.00:00:00");
        await gateway.IngestAsync("pump-7", 1, readings: 10); // of 2023
        await gateway.IngestAsync("pump-7", """[{"n":"temperature","v":1}]""");
        await gateway.SettledAsync();
        await ActivatorUtilities.CreateInstance<EmbeddedHousekeeping>(gateway.Part<IServiceProvider>()).RoundAsync(TestContext.Current.CancellationToken);

        var report = await gateway.ReconcileAsync();
        Assert.True(report.IsProven);
        Assert.Equal((1, 1), (report.Sinks[0].Expected, report.Sinks[0].Found));
        Assert.NotNull(report.Sinks[0].KeptFromNs);
    }

    [Fact]
    public async Task Nothing_differs_while_readings_come_in_and_replace_each_other()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        await gateway.IngestAsync("pump-7", 1, readings: 10);
        await gateway.SettledAsync();
        using var enough = new CancellationTokenSource();
        var ingest = Task.Run(async () =>
        {
            for (var n = 0; !enough.IsCancellationRequested; n++) // the same ten seconds again and again, and new ones
            {
                await gateway.IngestAsync("pump-7", $$"""[{"n":"a","v":{{n}},"t":{{1_700_000_000 + (n % 10)}}}]""");
                await gateway.IngestAsync("pump-8", $$"""[{"n":"b","v":{{n}},"t":{{1_700_000_000 + n}}}]""");
            }
        }, CancellationToken.None);

        var reports = new List<ReconcileReport>();
        for (var round = 0; round < 5; round++) reports.Add(await gateway.ReconcileAsync());
        await Eventually.TrueAsync(() => gateway.Journal.NextOffset > 4, "the reading that is deleted below has come in");
        await enough.CancelAsync();
        await ingest;

        Assert.All(reports, report => Assert.True(report.IsProven, report.Sinks[0].ToString()));
        await gateway.SettledAsync();
        await gateway.SqlAsync("DELETE FROM reading_rows WHERE series = (SELECT min(id) FROM series WHERE device = 'pump-8') AND time = 1700000001000000000");
        Assert.Equal(1, (await gateway.ReconcileAsync()).Sinks[0].Missing);
    }

    [Fact]
    public async Task More_series_than_are_held_in_memory_are_counted_all_the_same()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        for (var seq = 1UL; seq <= 6; seq++)
            foreach (var field in new[] { "a", "b", "c" }) await gateway.IngestAsync($"pump-{field}", seq, readings: 5, field);
        await gateway.SettledAsync();
        await gateway.SqlAsync($"DELETE FROM reading_rows WHERE time = {CountedGateway.Second(4, 2)}000000000 AND series = (SELECT id FROM series WHERE field = 'b')");

        using var forgetful = new Reconciler(
            gateway.Part<FileSpool>(), gateway.Part<GatewayLedger>(), gateway.Part<DeadLetterStore>(), gateway.Part<SinkContents>(),
            gateway.Part<DataOptions>(), gateway.Part<JournalOptions>(), gateway.Part<ValidationOptions>()) { SeriesInMemory = 1 };
        var sink = (await CountedGateway.ReconcileAsync(forgetful, new())).Sinks[0];
        Assert.Equal((90, 89), (sink.Expected, sink.Found));
        Assert.Equal("pump-b", Assert.Single(sink.MissingReadings).Series.Device);
    }

    [Fact]
    public async Task One_at_a_time_and_nothing_is_left_behind()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        await gateway.IngestAsync("pump-7", 1, readings: 10);
        await gateway.SettledAsync();
        using (gateway.Part<Reconciler>().TryEnter()) Assert.Null(gateway.Part<Reconciler>().TryEnter());

        await gateway.ReconcileAsync();
        Assert.Empty(Directory.GetFiles(_directory["data"], "reconcile*"));
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_it_and_the_next_one_may_begin()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        await gateway.IngestAsync("pump-7", 1, readings: 10);
        await gateway.SettledAsync();

        using var caller = new CancellationTokenSource();
        using (gateway.Part<Reconciler>().TryEnter())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Part<Reconciler>().RunAsync(new(), new Leaving(caller), caller.Token));

        Assert.Empty(Directory.GetFiles(_directory["data"], "reconcile*"));
        Assert.True((await gateway.ReconcileAsync()).IsProven);
    }

    [Fact]
    public void A_disk_that_the_journal_needs_is_left_alone()
    {
        File.WriteAllText(_directory["reconcile.duckdb"], "left behind by a crash");
        using (var scratch = ScratchDatabase.Create(_directory.Path, keepFree: long.MaxValue, CancellationToken.None))
            Assert.Contains("are left to the journal", Assert.Throws<IOException>(() => scratch.Execute("CREATE TABLE t (i INTEGER)")).Message, StringComparison.Ordinal);

        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Theory]
    [InlineData("Nowhere", null, 0, 1, "No sink 'Nowhere'; the key Sinks names Embedded.")]
    [InlineData(null, "nobody", 0, 1, "No device 'nobody' in the ledger.")]
    [InlineData(null, null, 1, 1, "The range of time is empty")]
    public async Task A_question_that_cannot_be_answered_is_told_so(string? sink, string? device, long from, long to, string why)
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        var said = gateway.Part<Reconciler>().WhyNot(new(sink, device is null ? null : DeviceId.Parse(device), from, to));

        Assert.StartsWith(why, said, StringComparison.Ordinal);
    }

    /// <summary>Goes away at the first step.</summary>
    private sealed class Leaving(CancellationTokenSource caller) : IProgress<ReconcileProgress>
    {
        public void Report(ReconcileProgress value) => caller.Cancel();
    }
}
