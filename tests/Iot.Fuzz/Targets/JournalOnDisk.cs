using System.Text;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Fuzz;

/// <summary>A small journal on a disk in memory, opened for as long as this is not disposed of.</summary>
internal sealed class JournalOnDisk : IDisposable
{
    public const string Home = "/journal";
    public const ulong Eight = 8;

    private static readonly JournalOptions Options = new()
    {
        SegmentBytes = 4096, MaxBytes = 1 << 20, ReserveBytes = 0, MaxRecordBytes = 2048, MaxPendingBytes = 16 << 10,
    };

    private static readonly IReadOnlyList<(string Path, byte[] Bytes)> FilesOfEight = MakeEight();

    private JournalOnDisk(SegmentedJournal journal) => Journal = journal;

    public SegmentedJournal Journal { get; }

    public static JournalOnDisk Open(LossyDisk disk) => new(SegmentedJournal.Open(Home, Options, TimeProvider.System, disk));

    /// <summary>With the records 0 to 7.</summary>
    public static LossyDisk OfEight()
    {
        var disk = new LossyDisk(seed: 1);
        foreach (var (path, bytes) in FilesOfEight) disk.WriteAllBytes(path, bytes);
        return disk;
    }

    /// <returns>Its offset, once it is on disk.</returns>
    public ulong Append(byte[] record)
    {
        var ticket = Journal.AppendAsync(record, default, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        ticket.Durable.GetAwaiter().GetResult();
        return ticket.Offset;
    }

    public IReadOnlyList<(ulong Offset, string Bytes)> ReadAll()
    {
        using var reader = Journal.OpenReader(0);
        var records = new List<(ulong, string)>();
        var position = 0UL;
        while (reader.TryRead(out var record))
        {
            Promise.Same(position + record.MissingBefore, record.Offset, "offset and what is missing before it");
            records.Add((record.Offset, Convert.ToHexString(record.Payload.Span)));
            position = record.Offset + 1;
        }

        Promise.Holds(position <= Journal.NextOffset, "a record beyond the end");
        return records;
    }

    public void Dispose() => Journal.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static List<(string Path, byte[] Bytes)> MakeEight()
    {
        var disk = new LossyDisk(seed: 1);
        using (var opened = Open(disk))
        {
            for (var i = 0; i < (int)Eight; i++) opened.Append(Encoding.ASCII.GetBytes($"record {i}"));
        }

        return [.. disk.Files.Where(path => path.EndsWith(Segment.Extension, StringComparison.Ordinal)).Select(path => (path, disk.ReadAllBytes(path)))];
    }
}
