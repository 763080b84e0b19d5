using System.Buffers.Binary;
using System.Collections.Concurrent;
using Iot.Testing;

namespace Iot.Journal.Tests;

/// <summary>The same on the disk of this machine.</summary>
public sealed class RealDiskTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly JournalOptions _options = new() { SegmentBytes = 1 << 20, ReserveBytes = 0 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Many_appenders_get_distinct_offsets_and_all_is_read_back()
    {
        const int appenders = 50, each = 100;
        var payloads = new ConcurrentDictionary<ulong, (int Appender, int Number)>();
        await using (var journal = Open())
        {
            var following = Task.Run(() => FollowAsync(journal, appenders * each), Stop);
            await Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(async () =>
            {
                for (var number = 0; number < each; number++)
                {
                    var ticket = await journal.AppendAsync(Payload(appender, number), new byte[number * 10], Stop);
                    await ticket.Durable;
                    Assert.True(payloads.TryAdd(ticket.Offset, (appender, number)), "an offset was given twice");
                }
            })));

            Assert.Equal(appenders * each, (await following).Count);
            Assert.True(journal.Counters.Fsyncs < appenders * each, "appends share fsyncs");
        }

        await using var again = Open();
        var read = await FollowAsync(again, appenders * each);
        Assert.Equal(payloads.OrderBy(payload => payload.Key).Select(payload => payload.Value), read);
    }

    [Fact]
    public async Task Reclaimed_segments_are_gone_from_the_directory()
    {
        await using var journal = SegmentedJournal.Open(_directory.Path, _options with { MaxBytes = 4 << 20 }, TimeProvider.System);
        var cursor = journal.OpenCursor("sink");
        for (var i = 0; i < 200; i++)
        {
            await (await journal.AppendAsync(new byte[50_000], default, Stop)).Durable;
            cursor.Checkpoint(journal.NextOffset);
        }

        var files = Directory.GetFiles(_directory.Path, "*.segment");
        Assert.InRange(files.Sum(file => new FileInfo(file).Length), 1 << 20, 4 << 20);
        Assert.Equal(journal.Bytes, files.Sum(file => new FileInfo(file).Length));
    }

    [Fact]
    public async Task A_directory_in_use_is_refused()
    {
        await using var journal = Open();

        Assert.Throws<JournalLockedException>(() => Open());
    }

    [Fact]
    public void What_is_no_directory_is_refused_with_path_and_reason()
    {
        File.WriteAllText(_directory["file"], "");

        var refusal = Assert.Throws<JournalUnusableException>(
            () => SegmentedJournal.Open(_directory["file/journal"], _options, TimeProvider.System));
        Assert.Equal(_directory["file/journal"], refusal.Path);
    }

    [Theory]
    [InlineData("/sys/kernel")] // not even root may write there
    [InlineData("/sys/journal")]
    public void A_directory_that_is_not_writable_is_refused_with_path_and_what_to_do(string directory)
    {
        var refusal = Assert.Throws<JournalUnusableException>(() => SegmentedJournal.Open(directory, _options, TimeProvider.System));
        Assert.Equal(directory, refusal.Path);
        Assert.Contains("belongs to this user", refusal.Message);
    }

    [Fact]
    public void A_read_error_of_the_kernel_says_so()
    {
        using var memory = new PosixDisk().Open("/proc/self/mem", writable: false); // nothing is mapped at 0: EIO

        Assert.True(Assert.Throws<DiskException>(() => memory.Read(new byte[10], 0)).IsUnreadable);
    }

    [Fact]
    public async Task Missing_directories_are_made()
    {
        await using var journal = SegmentedJournal.Open(_directory["a/b/c"], _options, TimeProvider.System);
        await (await journal.AppendAsync("x"u8.ToArray(), default, Stop)).Durable;

        Assert.Single(Directory.GetFiles(_directory["a/b/c"], "*.segment"));
    }

    [Fact]
    public void A_full_device_says_so()
    {
        using var full = new PosixDisk().Open("/dev/full", writable: true);

        var failure = Assert.Throws<DiskException>(() => full.Write("x"u8, 0));
        Assert.True(failure.IsDiskFull);
    }

    [Fact]
    public void A_failed_sync_is_an_exception()
    {
        using var unsyncable = new PosixDisk().Open("/proc/self/status", writable: false);

        Assert.Equal(22, Assert.Throws<DiskException>(unsyncable.Sync).Errno);
    }

    [Fact]
    public void A_missing_file_says_so()
    {
        Assert.True(Assert.Throws<DiskException>(() => new PosixDisk().Open(_directory["none"], writable: false)).IsMissing);
    }

    [Fact]
    public async Task Opening_looks_at_the_last_segment_only()
    {
        await using (var journal = Open())
        {
            var last = Task.CompletedTask;
            for (var i = 0; i < 1000; i++) last = (await journal.AppendAsync(new byte[20_000], default, Stop)).Durable;
            await last;
        }

        var disk = new CountingDisk();
        await using var again = SegmentedJournal.Open(_directory.Path, _options, TimeProvider.System, disk);
        Assert.Equal(1000UL, again.NextOffset);
        Assert.InRange(disk.BytesRead, 1, _options.SegmentBytes + (256 << 10) + 20 * SegmentHeader.Size);
    }

    private static byte[] Payload(int appender, int number)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(payload, appender);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), number);
        return payload;
    }

    private static async Task<List<(int Appender, int Number)>> FollowAsync(SegmentedJournal journal, int count)
    {
        using var reader = journal.OpenReader(0);
        var read = new List<(int, int)>();
        while (read.Count < count)
        {
            while (reader.TryRead(out var record))
            {
                Assert.Equal(((ulong)read.Count, 0UL), (record.Offset, record.MissingBefore));
                var payload = record.Payload.Span;
                var number = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
                Assert.Equal(8 + number * 10, payload.Length);
                read.Add((BinaryPrimitives.ReadInt32LittleEndian(payload), number));
            }

            if (read.Count < count) await reader.WaitAsync(Stop);
        }

        return read;
    }

    private SegmentedJournal Open() => SegmentedJournal.Open(_directory.Path, _options, TimeProvider.System);
}
