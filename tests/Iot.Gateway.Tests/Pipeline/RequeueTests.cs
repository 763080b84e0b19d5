using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Testing;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>What was refused, judged again: delivered once, with its own time, and the books follow.</summary>
public sealed class RequeueTests : IDisposable
{
    private const ulong Epoch = 0xfeed;
    private const string TwoReadings = """[{"epoch":"000000000000feed","seq":1,"n":"temperature","v":21,"t":1700000000},{"n":"temperature","v":99,"t":1700000001}]""";

    private readonly LossyDisk _disk = new(seed: 5);
    private readonly TempDirectory _directory = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_reading_that_the_schema_of_now_accepts_is_delivered_and_changes_sides_in_the_books()
    {
        Limit(50);
        var sink = new RecordingSink();
        await using var core = await StartAsync(sink);
        await core.IngestAsync("pump-7", TwoReadings);
        var letter = Assert.Single(await core.WaitingLettersAsync(1));
        Assert.Equal((RejectReason.AboveMaximum, "pump"), (letter.Letter.Reason, letter.Letter.Schema.Split('@')[0]));

        Limit(200);
        core.Schemas.Load();
        Assert.Equal(RequeueResult.Requeued, await core.RequeueAsync(letter.Id));

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((2, 2, 0, 0), (books.Received, books.Accepted, books.Rejected, books.Duplicate));
        Assert.Equal((2, 0, 0), (books.Sinks[0].Stored, books.Sinks[0].Pending, books.Sinks[0].DeadLettered));
        Assert.Equal(["pump-7 temperature 21", "pump-7 temperature 99"], sink.Stored.Select(stored => stored.Text));
        var epoch = Assert.Single(books.Epochs);
        Assert.Equal((1UL, 1, 2, 0), (epoch.Produced, epoch.Batches, epoch.Readings.Accepted, epoch.Readings.Rejected));
    }

    [Fact]
    public async Task Twice_is_the_same_as_once()
    {
        Limit(50);
        var sink = new RecordingSink();
        await using var core = await StartAsync(sink);
        await core.IngestAsync("pump-7", TwoReadings);
        var letter = Assert.Single(await core.WaitingLettersAsync(1));
        Limit(200);
        core.Schemas.Load();

        var both = await Task.WhenAll(core.RequeueAsync(letter.Id), core.RequeueAsync(letter.Id));

        Assert.Equal([RequeueResult.Requeued, RequeueResult.WasRequeued], both.Order());
        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((2, 2, 2), (books.Received, books.Accepted, sink.Stored.Count));
    }

    [Fact]
    public async Task What_was_requeued_stays_so_when_a_crash_took_the_note_of_it()
    {
        Limit(50);
        var core = await StartAsync(new RecordingSink());
        await core.IngestAsync("pump-7", TwoReadings);
        var letter = Assert.Single(await core.WaitingLettersAsync(1));
        Limit(200);
        core.Schemas.Load();
        var letters = _directory["dead-letters.db"];
        foreach (var file in Directory.GetFiles(_directory.Path, "dead-letters.db*")) File.Copy(file, file.Replace(letters, _directory["before.db"], StringComparison.Ordinal));
        Assert.Equal(RequeueResult.Requeued, await core.RequeueAsync(letter.Id));
        var disk = _disk.CutPower();
        await core.DisposeAsync();
        foreach (var file in Directory.GetFiles(_directory.Path, "dead-letters.db*")) File.Delete(file);
        foreach (var file in Directory.GetFiles(_directory.Path, "before.db*")) File.Move(file, file.Replace(_directory["before.db"], letters, StringComparison.Ordinal), overwrite: true);

        await using var again = await GatewayCore.StartAsync(disk, _directory, [new RecordingSink()]);

        Assert.Equal(RequeueResult.WasRequeued, await again.RequeueAsync(letter.Id));
        var books = await again.SettledBooksAsync("pump-7");
        Assert.Equal((2, 2, 0, 2), (books.Received, books.Accepted, books.Rejected, books.Sinks[0].Stored));
    }

    [Fact]
    public async Task What_was_requeued_and_could_not_be_noted_is_not_requeued_again()
    {
        Limit(50);
        var sink = new RecordingSink();
        await using var core = await StartAsync(sink);
        await core.IngestAsync("pump-7", TwoReadings);
        var letter = Assert.Single(await core.WaitingLettersAsync(1));
        Limit(200);
        core.Schemas.Load();
        using var breaker = new SqliteConnection($"Data Source={_directory["dead-letters.db"]};Pooling=false");
        breaker.Open();
        breaker.Execute("CREATE TRIGGER break_it BEFORE UPDATE ON letters BEGIN SELECT RAISE(ABORT, 'broken'); END");

        Assert.Contains("broken", (await Assert.ThrowsAsync<DeadLettersException>(() => core.RequeueAsync(letter.Id))).Message);
        var end = core.Journal.NextOffset;
        await Assert.ThrowsAsync<DeadLettersException>(() => core.RequeueAsync(letter.Id));
        breaker.Execute("DROP TRIGGER break_it");

        Assert.Equal(RequeueResult.WasRequeued, await core.RequeueAsync(letter.Id));
        Assert.Equal(end, core.Journal.NextOffset);
        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((2, 2, 0, 2), (books.Received, books.Accepted, books.Rejected, sink.Stored.Count));
    }

    [Fact]
    public async Task What_is_still_refused_stays_as_it_is_and_a_dry_run_changes_nothing()
    {
        Limit(50);
        await using var core = await StartAsync(new RecordingSink());
        await core.IngestAsync("pump-7", TwoReadings);
        var letter = Assert.Single(await core.WaitingLettersAsync(1));
        var end = core.Journal.NextOffset;

        Assert.Equal(RequeueResult.StillRefused, await core.RequeueAsync(letter.Id));
        Limit(200);
        core.Schemas.Load();
        Assert.Equal(RequeueResult.Requeued, await core.RequeueAsync(letter.Id, isDryRun: true));

        Assert.Equal(end, core.Journal.NextOffset);
        Assert.Equal(letter.Id, Assert.Single(await core.WaitingLettersAsync(1)).Id);
        Assert.Equal(RequeueResult.NotFound, await core.RequeueAsync(4711));
    }

    [Fact]
    public async Task A_letter_that_is_opened_names_the_line_of_the_schema_that_refuses_it()
    {
        Limit(50);
        await using var core = await StartAsync(new RecordingSink());
        await core.IngestAsync("pump-7", TwoReadings);
        await core.IngestAsync("pump-7", "[{no senml");
        var letters = await core.WaitingLettersAsync(2);

        var opened = core.Opener.Open(core.DeadLetter(letters[0].Id))!;
        Assert.Equal((2, null, _directory["schemas/pump.json"]), (opened.Count, opened.Failure, opened.Schema.File));
        Assert.Equal(
            [(0, "temperature", "21", RejectReason.None, null), (1, "temperature", "99", RejectReason.AboveMaximum, "metrics.temperature.max = 50")],
            opened.Readings.Select(reading => (reading.Index, reading.Name, reading.Value, reading.Reason, reading.Rule)));
        Assert.Equal(new OpenedFailure(RejectReason.Malformed, 2), core.Opener.Open(core.DeadLetter(letters[1].Id))!.Failure);

        var changes = core.Schemas.Changes;
        File.WriteAllText(_directory["schemas/pump.json"], "{");
        Assert.False(core.Schemas.Reload());
        Assert.Equal((changes + 1, 1), (core.Schemas.Changes, core.Schemas.Problems.Count));
        Limit(200);
        Assert.True(core.Schemas.Reload());
        Assert.Equal((changes + 2, 0), (core.Schemas.Changes, core.Schemas.Problems.Count));
        Assert.All(core.Opener.Open(core.DeadLetter(letters[0].Id))!.Readings, reading => Assert.Equal(RejectReason.None, reading.Reason));
    }

    [Fact]
    public async Task A_message_that_can_be_read_now_is_taken_whole_and_its_batch_is_received()
    {
        var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()], limits: new() { ReadingsPerBatch = 1 });
        Assert.Equal(IngestResult.Refused, await core.IngestAsync("pump-7", TwoReadings));
        var letter = Assert.Single(await core.WaitingLettersAsync(1));
        await core.DisposeAsync();

        Limit(50);
        var sink = new RecordingSink();
        await using var again = await StartAsync(sink);
        Assert.Equal(RequeueResult.Requeued, await again.RequeueAsync(letter.Id));

        var books = await again.SettledBooksAsync("pump-7");
        Assert.Equal((2, 1, 1, 0), (books.Received, books.Accepted, books.Rejected, books.Duplicate));
        Assert.Equal("pump-7 temperature 21", Assert.Single(sink.Stored).Text);
        Assert.Equal(RejectReason.AboveMaximum, Assert.Single(await again.WaitingLettersAsync(1)).Letter.Reason); // refused anew, for a reason of its own
        Assert.Equal(IngestResult.Duplicate, await again.IngestAsync("pump-7", TwoReadings));
        Assert.Equal((1UL, 1), (books.Epochs[0].Produced, books.Epochs[0].Batches));
    }

    [Fact]
    public async Task A_message_whose_batch_came_again_since_is_not_stored_a_second_time()
    {
        var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()], limits: new() { ReadingsPerBatch = 1 });
        await core.IngestAsync("pump-7", TwoReadings);
        var letter = Assert.Single(await core.WaitingLettersAsync(1));
        await core.DisposeAsync();

        await using var again = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()]);
        Assert.Equal(IngestResult.Stored, await again.IngestAsync("pump-7", TwoReadings));

        Assert.Equal(RequeueResult.CameAgain, await again.RequeueAsync(letter.Id, isDryRun: true));
        Assert.Equal(RequeueResult.CameAgain, await again.RequeueAsync(letter.Id));
    }

    [Fact]
    public async Task Dead_letters_that_cannot_be_used_are_set_aside_and_collected_again()
    {
        Limit(50);
        await using (var core = await StartAsync(RecordingSink.Refusing("Picky")))
        {
            await core.IngestAsync("pump-7", TwoReadings);
            await core.WaitingLettersAsync(2); // one of ingest, one of the sink
            await core.SettledBooksAsync("pump-7");
        }

        foreach (var file in Directory.GetFiles(_directory.Path, "dead-letters.db*")) await File.WriteAllTextAsync(file, new string('x', 4096), Stop);

        await using var again = await StartAsync(new RecordingSink { Name = "Picky" });
        Assert.Equal(DeadLetter.Ingest, Assert.Single(await again.WaitingLettersAsync(1)).Letter.Origin);
        var books = await again.SettledBooksAsync("pump-7");
        Assert.Equal((1, 1, 0, 1), (books.Accepted, books.Rejected, books.Sinks[0].Stored, books.Sinks[0].DeadLettered)); // the books still know
        Assert.True(File.Exists(_directory["dead-letters.db.damaged"]));
    }

    private Task<GatewayCore> StartAsync(params ISink[] sinks)
    {
        var core = GatewayCore.StartAsync(_disk, _directory, sinks);
        return Directory.Exists(_directory["schemas"]) ? LoadedAsync(core) : core;

        static async Task<GatewayCore> LoadedAsync(Task<GatewayCore> starting)
        {
            var core = await starting;
            core.Schemas.Load();
            return core;
        }
    }

    /// <summary>The schema from now on, once it is loaded.</summary>
    private void Limit(int maximum)
    {
        Directory.CreateDirectory(_directory["schemas"]);
        File.WriteAllText(Path.Combine(_directory["schemas"], "pump.json"), $$"""
            { "type": "pump", "devices": ["pump-*"], "metrics": { "temperature": { "max": {{maximum}} } } }
            """);
    }
}
