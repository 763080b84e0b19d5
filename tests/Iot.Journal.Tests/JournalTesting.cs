using System.Text;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Journal.Tests;

/// <summary>A journal on a lossy disk, and the short ways tests speak of it.</summary>
internal static class JournalTesting
{
    public const string Home = "/journal";

    public static JournalOptions Small { get; } = new()
    {
        SegmentBytes = 4096, MaxBytes = 1 << 20, ReserveBytes = 0, MaxRecordBytes = 2048, MaxPendingBytes = 16 << 10,
    };

    public static SegmentedJournal Open(this LossyDisk disk, JournalOptions? options = null, FakeTimeProvider? clock = null) =>
        SegmentedJournal.Open(Home, options ?? Small, clock ?? new(), disk);

    public static async Task<AppendTicket> AppendAsync(this SegmentedJournal journal, string payload) =>
        await journal.AppendAsync(Encoding.UTF8.GetBytes(payload), default, TestContext.Current.CancellationToken);

    /// <summary>Appends and returns once it is on disk.</summary>
    public static async Task<ulong> AppendDurablyAsync(this SegmentedJournal journal, string payload)
    {
        var ticket = await journal.AppendAsync(payload);
        await ticket.Durable;
        return ticket.Offset;
    }

    /// <summary>Appends records numbered from the journal's next offset, each durable by itself.</summary>
    public static async Task FillAsync(this SegmentedJournal journal, int records, int bytes = 100)
    {
        for (var i = 0; i < records; i++) await journal.AppendDurablyAsync(Numbered(journal.NextOffset, bytes));
    }

    public static string Numbered(ulong offset, int bytes = 100) => $"record {offset} ".PadRight(bytes, '.');

    public static List<(ulong Offset, string Payload, ulong MissingBefore)> ReadAll(this SegmentedJournal journal, ulong from = 0)
    {
        using var reader = journal.OpenReader(from);
        var records = new List<(ulong, string, ulong)>();
        while (reader.TryRead(out var record))
            records.Add((record.Offset, Encoding.UTF8.GetString(record.Payload.Span), record.MissingBefore));

        return records;
    }

    public static IEnumerable<ulong> Offsets(this SegmentedJournal journal, ulong from = 0) =>
        journal.ReadAll(from).Select(record => record.Offset);

    public static IEnumerable<ulong> Range(ulong from, ulong to)
    {
        for (var offset = from; offset < to; offset++) yield return offset;
    }

    public static IReadOnlyList<string> Segments(this LossyDisk disk, string extension = ".segment") =>
        [.. disk.Files.Where(file => file.EndsWith(extension, StringComparison.Ordinal))];

    /// <summary>Changes a file behind everybody's back.</summary>
    public static void Damage(this LossyDisk disk, string path, Func<byte[], byte[]> change) =>
        disk.WriteAllBytes(path, change(disk.ReadAllBytes(path)));
}
