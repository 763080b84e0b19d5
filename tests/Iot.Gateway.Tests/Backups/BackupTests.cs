using System.Formats.Tar;
using System.Text;
using Iot.Gateway.Backups;
using Iot.Gateway.Commands;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.Reconciliation;
using Iot.Gateway.Tests.Reconciliation;
using Iot.Testing;
using Iot.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.Backups;

/// <summary>The program's own parts, on a real disk: a running gateway is backed up, and another place restored from it.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_backed_up_from_a_running_gateway_is_restored_with_store_books_and_spool_in_agreement()
    {
        await using (var gateway = await CountedGateway.StartAsync(_directory))
        {
            for (var seq = 1UL; seq <= 5; seq++) await gateway.IngestAsync("pump-7", seq, 20);
            await gateway.SettledAsync();
            await BackUpAsync(gateway);
            await gateway.IngestAsync("pump-7", 6, 20); // after it, so it is not in there
            await gateway.SettledAsync();
        }

        Assert.Equal(GatewayCommandLine.Done, await GatewayCommandLine.RunAsync(["restore", _directory["backup.tar"], "--Data:Path", _directory["restored/data"]]));

        using var place = new RestoredPlace(_directory);
        await using var restored = await CountedGateway.StartAsync(place.Directory);
        await restored.SettledAsync();
        Assert.Equal(100, restored.Part<GatewayLedger>().Of(DeviceId.Parse("pump-7"))!.Accepted);
        Assert.True((await restored.ReconcileAsync(new ReconcileQuestion(Full: true))).IsProven);

        await restored.IngestAsync("pump-7", 5, 20); // known again
        await restored.IngestAsync("pump-7", 7, 20); // and what came between is a gap with a name
        await restored.SettledAsync();
        var copy = new BooksCopy(restored.Part<GatewayLedger>(), restored.Part<ReadingStore>(), TimeProvider.System, NullLogger<BooksCopy>.Instance);
        await copy.RoundAsync(Stop);
        await copy.RoundAsync(Stop);
        using (var connection = restored.Part<ReadingStore>().Database.Connect())
        {
            Assert.Equal(1, connection.Scalar<long>("SELECT count(*) FROM devices WHERE device = 'pump-7' AND received = accepted + rejected + duplicate AND duplicate = 20 AND stored = 120 AND provable"));
            Assert.Equal(1, connection.Scalar<long>("SELECT count(*) FROM gaps WHERE device = 'pump-7' AND first_batch = 6 AND last_batch = 6 AND batches = 1 AND NOT given_up AND NOT held AND begins IS NOT NULL AND begins <= ends"));
        }

        var books = restored.Part<GatewayLedger>().Of(DeviceId.Parse("pump-7"))!;
        Assert.Equal((120L, 20L), (books.Accepted, books.Duplicate));
        Assert.Equal(6UL, Assert.Single(books.Gaps).From);
    }

    [Fact]
    public async Task A_segment_that_begins_while_the_spool_is_copied_leaves_no_hole_in_the_backup()
    {
        const int Before = 5;
        await using (var gateway = await CountedGateway.StartAsync(_directory, "--Journal:SegmentBytes", "16384", "--Journal:MaxRecordBytes", "4096", "--Journal:MaxPendingBytes", "16384", "--Limits:PayloadBytes", "2048"))
        {
            for (var seq = 1UL; seq <= Before; seq++) await gateway.IngestAsync("pump-7", seq, 20);
            await gateway.SettledAsync();
            var last = Directory.GetFiles(_directory["data/spool"], "*.segment").Order(StringComparer.Ordinal).Last();
            await using var file = File.Create(_directory["backup.tar"]);
            await using var busy = new BusyStream(file, Path.GetFileName(last), async () =>
            {
                for (var seq = Before + 1UL; seq <= 50; seq++) await gateway.IngestAsync("pump-7", seq, 20);
            });
            await gateway.Part<BackupDesk>().WriteAsync(busy, Stop);
            Assert.True(busy.HasActed);
            Assert.True(Directory.GetFiles(_directory["data/spool"], "*.segment").Length > 1);
        }

        Assert.Equal(GatewayCommandLine.Done, await GatewayCommandLine.RunAsync(["restore", _directory["backup.tar"], "--Data:Path", _directory["restored/data"]]));

        using var place = new RestoredPlace(_directory);
        await using var restored = await CountedGateway.StartAsync(place.Directory);
        await restored.SettledAsync();
        Assert.Equal((ulong)Before, restored.Journal.NextOffset);
        Assert.Empty(restored.Part<GatewayLedger>().Of(DeviceId.Parse("pump-7"))!.Gaps);
        Assert.True((await restored.ReconcileAsync(new ReconcileQuestion(Full: true))).IsProven);
    }

    [Fact]
    public async Task An_empty_directory_that_is_there_stays_where_it_is_and_gets_what_is_restored()
    {
        await using (var gateway = await CountedGateway.StartAsync(_directory))
        {
            await gateway.IngestAsync("pump-7", 1, 20);
            await gateway.SettledAsync();
            await BackUpAsync(gateway);
        }

        Directory.CreateDirectory(_directory["private/data"]);
        Directory.CreateSymbolicLink(_directory["link"], _directory["private/data"]); // as systemd makes it; a volume of a container cannot go either

        Assert.Equal(GatewayCommandLine.Done, await GatewayCommandLine.RunAsync(["restore", _directory["backup.tar"], "--Data:Path", _directory["link"]]));

        Assert.NotNull(new DirectoryInfo(_directory["link"]).LinkTarget);
        Assert.True(File.Exists(_directory["private/data/readings.duckdb"]));
        Assert.False(Directory.Exists(_directory["private/data/.restoring"]));
    }

    [Fact]
    public async Task A_backup_that_breaks_off_or_was_changed_is_refused_and_nothing_is_left_of_it()
    {
        await using (var gateway = await CountedGateway.StartAsync(_directory))
        {
            await gateway.IngestAsync("pump-7", 1, 20);
            await gateway.SettledAsync();
            await BackUpAsync(gateway);
        }

        var whole = await File.ReadAllBytesAsync(_directory["backup.tar"], Stop);
        foreach (var share in new[] { 0.0, 0.3, 0.9 }) await RefusedAsync(whole[..(int)(whole.Length * share)]);

        byte[] changed = [.. whole];
        changed[IndexOf(whole, "pump-7"u8)] ^= 1;
        await RefusedAsync(changed);
    }

    [Fact]
    public async Task A_file_that_leads_out_of_the_directory_is_refused()
    {
        using var made = new MemoryStream();
        await using (var tar = new TarWriter(made, TarEntryFormat.Pax, leaveOpen: true))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "state/../../x") { DataStream = new MemoryStream([1]) }, Stop);

        await RefusedAsync(made.ToArray());

        Assert.False(File.Exists(_directory["x"]));
    }

    [Fact]
    public async Task A_file_that_comes_twice_is_refused()
    {
        using var made = new MemoryStream();
        await using (var tar = new TarWriter(made, TarEntryFormat.Pax, leaveOpen: true))
            for (var i = 0; i < 2; i++) await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "state/x") { DataStream = new MemoryStream([1]) }, Stop);

        await RefusedAsync(made.ToArray());
    }

    [Fact]
    public async Task A_directory_that_is_used_is_not_restored_into()
    {
        Directory.CreateDirectory(_directory["data"]);
        await File.WriteAllTextAsync(_directory["data/kept"], "as it was", Stop);

        Assert.Equal(GatewayCommandLine.Failed, await GatewayCommandLine.RunAsync(["restore", _directory["backup.tar"], "--Data:Path", _directory["data"]]));

        Assert.Equal("as it was", await File.ReadAllTextAsync(_directory["data/kept"], Stop));
    }

    private async Task BackUpAsync(CountedGateway gateway)
    {
        await using var file = File.Create(_directory["backup.tar"]);
        var manifest = await gateway.Part<BackupDesk>().WriteAsync(file, Stop);
        Assert.Contains(manifest.Files, copied => copied.Path is "readings.duckdb");
        Assert.DoesNotContain(manifest.Files, copied => copied.Path.Contains("backup.cursor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_the_store_cannot_be_opened_the_answer_says_why_and_what_to_do_instead()
    {
        Directory.CreateDirectory(_directory["data"]);
        await File.WriteAllTextAsync(_directory["data/readings.duckdb"], "no database", Stop);
        await using var gateway = await CountedGateway.StartAsync(_directory);

        var answer = Assert.IsType<ProblemHttpResult>(BackupEndpoint.Answer(gateway.Part<BackupDesk>(), new DefaultHttpContext()));

        Assert.Equal(503, answer.StatusCode);
        Assert.Contains("stop the gateway and run 'iot-gateway backup'", answer.ProblemDetails.Detail, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(byte[] backup)
    {
        await File.WriteAllBytesAsync(_directory["bad.tar"], backup, Stop);
        Assert.Equal(GatewayCommandLine.Failed, await GatewayCommandLine.RunAsync(["restore", _directory["bad.tar"], "--Data:Path", _directory["nowhere/data"]]));
        Assert.False(Directory.Exists(_directory["nowhere/data"]));
        Assert.False(Directory.Exists(_directory["nowhere/data.restoring"]));
    }

    private static int IndexOf(byte[] bytes, ReadOnlySpan<byte> what) => bytes.AsSpan().LastIndexOf(what);

    /// <summary>Does something when a name first passes, before it lets it on: files change while they are backed up.</summary>
    private sealed class BusyStream(Stream to, string name, Func<Task> act) : Stream
    {
        public bool HasActed { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!HasActed && buffer.Span.IndexOf(Encoding.ASCII.GetBytes(name)) >= 0)
            {
                HasActed = true;
                await act();
            }

            await to.WriteAsync(buffer, cancellationToken);
        }

        public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer, offset, count);

        public override void Flush() => to.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    /// <summary>Where <see cref="CountedGateway"/> looks for its data.</summary>
    private sealed class RestoredPlace(TempDirectory parent) : IDisposable
    {
        public TempDirectory Directory { get; } = Move(parent);

        public void Dispose() => Directory.Dispose();

        private static TempDirectory Move(TempDirectory parent)
        {
            var place = new TempDirectory();
            System.IO.Directory.Move(parent["restored/data"], place["data"]);
            return place;
        }
    }
}
