using System.Text.RegularExpressions;

namespace Iot.Journal;

/// <summary>All cursors of a journal, opened in this run or not. Thread-safe.</summary>
internal sealed partial class CursorSet(IDisk disk, string directory) : IDisposable
{
    public const string Extension = ".cursor";

    /// <summary>A cursor that is being made; of no use after a crash.</summary>
    public const string NewExtension = ".cursor-new";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, JournalCursor> _cursors = new(StringComparer.Ordinal);

    /// <summary>What every cursor has passed; 0 without a cursor, so that nothing unseen is reclaimed.</summary>
    public ulong Lowest
    {
        get
        {
            lock (_gate) return _cursors.Count == 0 ? 0 : _cursors.Values.Min(static cursor => cursor.Offset);
        }
    }

    public void Add(JournalCursor cursor)
    {
        lock (_gate) _cursors.Add(cursor.Name, cursor);
    }

    public JournalCursor OpenOrCreate(string name, Func<ulong> startAt, JournalTail tail, Action moved)
    {
        if (!ValidName().IsMatch(name))
            throw new ArgumentException($"'{name}' names no cursor: 1 to 64 of A-Z a-z 0-9 . _ -, not a dot first.", nameof(name));

        lock (_gate)
        {
            if (_cursors.TryGetValue(name, out var known)) return known;

            var slot = new CursorSlot(1, Math.Min(startAt(), tail.NextOffset));
            var cursor = new JournalCursor(name, Create(disk, directory, name, slot), slot, tail, moved);
            _cursors.Add(name, cursor);
            return cursor;
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
        {
            if (!_cursors.Remove(name, out var cursor)) return;

            cursor.Close();
            disk.Delete(PathOf(directory, name));
            disk.SyncDirectory(directory);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var cursor in _cursors.Values) cursor.Close();
        }
    }

    /// <summary>A cursor's file, made whole before it takes the name; one that had it is gone then.</summary>
    public static IDiskFile Create(IDisk disk, string directory, string name, CursorSlot slot)
    {
        var beginning = Path.Combine(directory, name + NewExtension);
        if (disk.Exists(beginning)) disk.Delete(beginning);

        var file = disk.Create(beginning);
        try
        {
            Span<byte> bytes = stackalloc byte[CursorSlot.FileSize]; // full length now: checkpoints allocate nothing
            bytes.Clear();
            slot.Write(bytes[slot.Position..]);
            file.Write(bytes, 0);
            file.Sync();
            disk.Rename(beginning, PathOf(directory, name));
            disk.SyncDirectory(directory);
            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    private static string PathOf(string directory, string name) => Path.Combine(directory, name + Extension);

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidName();
}
