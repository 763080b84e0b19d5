using System.Security.Cryptography;

namespace Iot.Journal;

/// <summary>What a directory holds when it is opened: cursors, segments, where the journal goes on.</summary>
/// <remarks>Reads one header a segment and scans the last segment only. Deletes nothing that could hold a record.</remarks>
internal sealed class Recovery(IDisk disk, string directory, TimeProvider clock)
{
    private readonly List<SetAsideFile> _setAside = [];
    private readonly List<JournalDamage> _damage = [];
    private readonly HashSet<(ulong Segment, long Position)> _damaged = [];
    private readonly List<string> _lostCursors = [];
    private long _tornBytes;

    public List<Segment> Segments { get; } = [];

    public List<(string Name, IDiskFile File, CursorSlot Slot)> Cursors { get; } = [];

    /// <summary>The last segment, when appending may go on in it.</summary>
    public IDiskFile? Active { get; private set; }

    public ulong Identity { get; private set; }

    public ulong NextOffset { get; private set; }

    /// <summary>What <see cref="Report"/> says of damage, by the segment's first offset: readers need not say it again.</summary>
    public IReadOnlySet<(ulong Segment, long Position)> Damaged => _damaged;

    public JournalRecovery Report { get; private set; } = new(0, [], [], [], 0);

    public void Run()
    {
        disk.SyncDirectory(directory); // a kill may have left names created and not synced
        var files = disk.List(directory);
        ReadSegments(files);
        if (Segments.Count > 0) ScanLast(Segments[^1]);

        ReadCursors(files);
        var passed = Cursors.Count == 0 ? 0 : Cursors.Max(cursor => cursor.Slot.Offset);
        var skipped = passed > NextOffset ? passed - NextOffset : 0;
        if (skipped > 0) LeapTo(passed);

        Report = new(_tornBytes, _damage, _setAside, _lostCursors, skipped);
    }

    private void ReadSegments(IReadOnlyList<DiskEntry> files)
    {
        var candidates = new List<(Segment Segment, ulong Identity)>();
        var named = files.Select(file => SegmentFile.TryParse(disk, directory, file.Name)).OfType<SegmentFile>()
            .OrderBy(file => file.Path, StringComparer.Ordinal).ToList();

        if (named.Count > 0) Settle(named[^1].Path);
        foreach (var file in named) Add(candidates, file);

        var known = JournalIdentity.Of(candidates.Select(candidate => (candidate.Identity, candidate.Segment.FirstOffset)));
        Identity = known != 0 ? known : NewIdentity();
        foreach (var (segment, identity) in candidates)
        {
            if (identity != Identity && identity != 0) SetAside(segment.Path, "it belongs to another journal");
            else if (Segments.Count > 0 && Segments[^1].FirstOffset == segment.FirstOffset) KeepLonger(segment);
            else Segments.Add(segment);
        }
    }

    private void KeepLonger(Segment rival)
    {
        var shorter = rival;
        if (rival.DurableLength > Segments[^1].DurableLength) (shorter, Segments[^1]) = (Segments[^1], rival);
        SetAside(shorter.Path, "a longer file holds the same offsets");
    }

    private void Add(List<(Segment Segment, ulong Identity)> candidates, SegmentFile file)
    {
        SegmentFinding finding;
        try
        {
            finding = file.Inspect(clock);
        }
        catch (DiskException failure) when (failure.IsUnreadable)
        {
            finding = new() { Why = $"it cannot be opened: {failure.Message}" };
        }

        if (finding.Segment is { } segment) candidates.Add((segment, finding.Identity));
        else if (finding.IsEmpty) disk.Delete(file.Path); // made by a start that a crash interrupted; no record fits in it
        else SetAside(file.Path, finding.Why);
    }

    private static ulong NewIdentity()
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return BitConverter.ToUInt64(random) | 1; // not 0, which means unknown
    }

    /// <summary>A kill may have left bytes written and not synced; from here on they are promised, or not seen.</summary>
    private void Settle(string path)
    {
        using var file = disk.Open(path, writable: true);
        file.Sync();
        file.DropCache();
    }

    private ReadAroundFile ReadAround(IDiskFile file, UnreadableBlocks unreadable) => new(file, unreadable, clock, static () => true);

    private void ScanLast(Segment last)
    {
        var file = disk.Open(last.Path, writable: true);
        var unreadable = UnreadableBlocks.GivenUpAtOnce();
        var scan = TailScan.Run(ReadAround(disk.Open(last.Path, writable: false), unreadable), last);
        NextOffset = scan.NextOffset;
        Tell(last, scan.Damage);

        if (!unreadable.IsEmpty)
        {
            file.Dispose();
            LeaveUnread(last, scan, unreadable);
            return;
        }

        if (last.IsSuspect && scan.GoodLength == SegmentHeader.Size)
        {
            file.Dispose();
            Segments.Remove(last);
            SetAside(last.Path, "no record in it is readable any more");
            return;
        }

        if (scan.GoodLength < last.DurableLength)
        {
            _tornBytes = last.DurableLength - scan.GoodLength;
            file.Truncate(scan.GoodLength);
            file.Sync();
        }

        last = last.CutTo(scan.GoodLength);
        Segments[^1] = last;

        if (scan.Damage.Count > 0) last.MarkSuspect(disk);
        if (last.IsSuspect) file.Dispose();
        else Active = file;
    }

    /// <summary>Nothing is cut: what cannot be read now may be read later. Its offsets, as many as there can be, are not given again.</summary>
    private void LeaveUnread(Segment last, TailScan scan, UnreadableBlocks unreadable)
    {
        last.MarkSuspect(disk);
        if (unreadable.GivenUpEnd <= scan.GoodLength) return;

        var length = last.DurableLength - scan.GoodLength;
        NextOffset += (ulong)(length / FrameHeader.Size);
        Tell(last, [new(last.Path, scan.GoodLength, length, scan.NextOffset, NextOffset - scan.NextOffset)]);
    }

    private void Tell(Segment segment, IReadOnlyList<JournalDamage> damage)
    {
        _damage.AddRange(damage);
        _damaged.UnionWith(damage.Select(one => (segment.FirstOffset, one.Position)));
    }

    private void LeapTo(ulong next)
    {
        NextOffset = next; // or offsets that a consumer has seen would be given to other records
        Active?.Dispose();
        Active = null;
    }

    private void ReadCursors(IReadOnlyList<DiskEntry> files)
    {
        var bytes = new byte[CursorSlot.FileSize];
        foreach (var entry in files)
        {
            if (!entry.Name.EndsWith(CursorSet.Extension, StringComparison.Ordinal)) continue;

            var path = Path.Combine(directory, entry.Name);
            var name = entry.Name[..^CursorSet.Extension.Length];
            Settle(path); // or a note that a failed sync lost would count, and its predecessor be written over
            var file = disk.Open(path, writable: true);
            var unreadable = UnreadableBlocks.GivenUpAtOnce();
            var read = ReadAround(file, unreadable).Read(bytes, 0);

            if (CursorSlot.ReadLatest(bytes.AsSpan(0, read)) is { } slot)
            {
                Cursors.Add((name, unreadable.IsEmpty ? file : Renew(name, file, slot), slot));
                continue;
            }

            file.Dispose();
            _lostCursors.Add(name);
            SetAside(path, "neither of its two notes is readable");
        }
    }

    /// <summary>A checkpoint writes less than a block, which the disk would have to read first.</summary>
    private IDiskFile Renew(string name, IDiskFile unreadable, CursorSlot slot)
    {
        try
        {
            var renewed = CursorSet.Create(disk, directory, name, slot);
            unreadable.Dispose();
            return renewed;
        }
        catch (IOException)
        {
            return unreadable; // no room for another: the place is known, checkpoints may fail, the next start tries again
        }
    }

    private void SetAside(string path, string why)
    {
        var to = FreeName.For(disk, path + Segment.ForeignExtension);
        disk.Rename(path, to);
        disk.SyncDirectory(directory);
        _setAside.Add(new(path, to, why));
    }
}
