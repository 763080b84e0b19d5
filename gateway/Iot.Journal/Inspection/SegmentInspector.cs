namespace Iot.Journal;

/// <summary>Reads one segment from end to end and says what is in it. Single use.</summary>
/// <param name="disk">Only read from.</param>
/// <param name="clock">Of no consequence here: what cannot be read is given up at once.</param>
/// <param name="file">Which one.</param>
/// <param name="end">Where the next segment begins; null for the last one, and when that is not known.</param>
internal sealed class SegmentInspector(IDisk disk, TimeProvider clock, InspectedFile file, ulong? end)
{
    private const int MostRanges = 1000;

    private readonly List<JournalDamage> _damage = [];
    private long _ranges, _records;
    private ulong _next = file.FirstOffset, _missing;

    public SegmentInspection Inspect()
    {
        if (file.State == SegmentState.Foreign) return Result(file.State, tornBytes: 0, file.Note);

        var unreadable = UnreadableBlocks.GivenUpAtOnce();
        using var scanner = new FrameScanner(file.Open(disk, unreadable, clock), file.Header?.Mark ?? 0, file.FirstOffset);
        SkippedBytes skipped;
        while (scanner.TryNext(file.Length, end ?? ulong.MaxValue, out var frame, out skipped))
        {
            if (skipped.Length > 0 || frame.Offset > _next) Damaged(skipped.Length > 0 ? skipped : new(scanner.Position, 0), frame.Offset);
            _next = frame.Offset + 1;
            _records++;
        }

        var torn = Finish(skipped, isUnreadable: unreadable.GivenUpEnd > file.Length - skipped.Length);
        var note = unreadable.IsEmpty ? file.Note : "the disk does not give all of it (read error)";
        return Result(StateOf(torn, note), torn, note);
    }

    /// <returns>Bytes of a write that never ended.</returns>
    private long Finish(SkippedBytes rest, bool isUnreadable)
    {
        if (end is { } successor)
        {
            if (_next < successor) Damaged(rest.Length > 0 ? rest : new(file.Length, 0), successor);
            return 0; // what follows the last offset is left by a group that failed: its offsets were given again
        }

        if (rest.Length == 0) return 0;
        if (file.State == SegmentState.Ok && !isUnreadable) return rest.Length;

        Damaged(rest, _next);
        return 0;
    }

    private void Damaged(SkippedBytes bytes, ulong upTo)
    {
        _ranges++;
        _missing += upTo - _next;
        if (_damage.Count < MostRanges) _damage.Add(new(file.Path, bytes.Position, bytes.Length, _next, upTo - _next));
    }

    private SegmentState StateOf(long torn, string note) => file.State switch
    {
        SegmentState.Ok when _ranges > 0 || note.Length > 0 => SegmentState.Suspect,
        SegmentState.Ok when torn > 0 => SegmentState.TornTail,
        _ => file.State,
    };

    private SegmentInspection Result(SegmentState state, long tornBytes, string note) =>
        new(file.Path, file.FirstOffset, _next, _records, file.Length, file.Header?.CreatedAt, state, tornBytes, _damage, _ranges, note) { Missing = _missing };
}
