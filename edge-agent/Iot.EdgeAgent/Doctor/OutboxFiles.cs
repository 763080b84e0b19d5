using Iot.EdgeAgent.StoreAndForward;
using Iot.Journal;

namespace Iot.EdgeAgent.Doctor;

/// <summary>The outbox of an agent that does not run, looked at without changing it.</summary>
internal sealed class OutboxFiles(string path, TimeProvider clock)
{
    private const string LockFile = "journal.lock";
    private const string Cursor = "publish";

    private readonly PosixDisk _disk = new();

    private string JournalPath => Path.Combine(path, "journal");

    /// <summary>Keeps an agent from starting meanwhile. Only ever locks a file that is there: run by root, the doctor makes none.</summary>
    /// <param name="held">Ends the hold; null when there is nothing to hold, since no agent was ever here.</param>
    /// <returns>False when somebody has it.</returns>
    /// <exception cref="DiskException">This user may not lock it.</exception>
    public bool TryHold(out IDisposable? held)
    {
        var file = Path.Combine(JournalPath, LockFile);
        held = _disk.Exists(file) ? _disk.TryLock(file) : null;
        return held is not null || !_disk.Exists(file);
    }

    /// <summary>Bytes on disk.</summary>
    public long Bytes => Segments().Sum(file => file.Exists ? file.Length : 0);

    /// <summary>Files with damage that a person should see.</summary>
    public IReadOnlyList<string> Damaged => [.. Segments().Where(file => file.Extension is ".suspect" or ".damaged").Select(file => file.FullName)];

    /// <summary>Batches wait, whether or not their time is known yet.</summary>
    public bool HasWaiting => Segments().Any() && Journal(out var next).Records(next).Any();

    /// <summary>This one and those of the device's streams.</summary>
    public static IReadOnlyList<OutboxFiles> All(string path, TimeProvider clock)
    {
        var streams = Path.Combine(path, "streams");
        return [new(path, clock), .. Directory.Exists(streams) ? Directory.EnumerateDirectories(streams).Order(StringComparer.Ordinal).Select(stream => new OutboxFiles(stream, clock)) : []];
    }

    /// <summary>One batch as it was stored, identity and all: the oldest that waits, else the last that was acknowledged and is still there.</summary>
    /// <remarks>To send it proves the whole way and cannot do harm: the gateway takes a batch once, however often it comes.</remarks>
    public StoredBatch? ABatch()
    {
        if (!Segments().Any()) return null;

        StoredBatch? last = null;
        foreach (var record in Journal(out var next).Records(next > 0 ? next - 1 : 0))
        {
            if (OutboxRecord.IsUnbound(record.Payload.Span, out _, out var payload)) continue; // its time is the running agent's to find

            last = new(payload.ToArray(), Waits: record.Offset >= next);
            if (last.Waits) break;
        }

        return last;
    }

    private JournalInspector Journal(out ulong next)
    {
        var journal = JournalInspector.Open(JournalPath, clock, _disk);
        next = journal.Cursors().FirstOrDefault(cursor => cursor.Name is Cursor).Offset ?? 0;
        return journal;
    }

    private IEnumerable<FileInfo> Segments() => Directory.Exists(JournalPath)
        ? new DirectoryInfo(JournalPath).EnumerateFiles().Where(file => file.Extension is ".segment" or ".suspect" or ".damaged")
        : [];
}

/// <param name="Waits">The gateway has not acknowledged it.</param>
internal sealed record StoredBatch(byte[] Payload, bool Waits);
