using Iot.Journal;

namespace Iot.Gateway.Audit;

/// <summary>Where the log ends, found when it is opened, and what was found wrong there.</summary>
/// <param name="Path">The file to go on with; null when a new one must begin.</param>
/// <param name="Seq">Number of the last entry; 0 when there is none.</param>
/// <param name="IsSigned">The last entry is a checkpoint.</param>
/// <param name="Month">Of the file's first entry.</param>
/// <param name="Findings">For the log itself.</param>
internal sealed record AuditEnd(string? Path, long Length, long Seq, string Hash, bool IsSigned, int Month, IReadOnlyList<AuditEvent> Findings)
{
    /// <summary>Reads the newest file. What a crash tore is cut and kept aside; any other damage is left for a person, and the log goes on in a new file.</summary>
    public static AuditEnd Find(AuditFiles files, IDisk disk, ILogger logger)
    {
        var findings = new List<AuditEvent>();
        foreach (var file in files.All().Reverse())
        {
            ReadOnlyMemory<byte> bytes = files.Read(file.Path);
            var sound = Sound(bytes);
            if (!IsTorn(bytes.Span[sound.Length..])) return Damaged(file, bytes, findings, logger);

            if (sound.Length < bytes.Length) findings.Add(Cut(file, sound.Length, bytes.Span[sound.Length..], disk, logger));
            if (sound is { First: { } first, Last: { } last })
                return new(file.Path, sound.Length, last.Seq, last.Hash, last.IsCheckpoint, first.Time.Month, findings);

            disk.Delete(file.Path); // nothing sound is left in it
        }

        return new(null, 0, 0, AuditLine.NoHash, IsSigned: true, 0, findings);
    }

    /// <summary>How many bytes, from the start, are whole lines that follow one another.</summary>
    private static (int Length, AuditEntry? First, AuditEntry? Last) Sound(ReadOnlyMemory<byte> bytes)
    {
        var (length, first, last) = (0, (AuditEntry?)null, (AuditEntry?)null);
        foreach (var line in AuditFiles.Lines(bytes))
        {
            if (EntryOf(line) is not { } entry || (last is not null && !IsNext(last, entry))) break;

            (length, first, last) = (length + line.Length + 1, first ?? entry, entry);
        }

        return (length, first, last);
    }

    /// <summary>The last group was on its way to the disk: its end is missing, or zeros stand where a part did not get there. No line holds a zero.</summary>
    private static bool IsTorn(ReadOnlySpan<byte> rest) => !rest.Contains((byte)'\n') || rest.Contains((byte)0);

    private static AuditEvent Cut(AuditFile file, int sound, ReadOnlySpan<byte> torn, IDisk disk, ILogger logger)
    {
        using (var aside = disk.Create(FreeName(file.Path + ".torn", disk)))
        {
            aside.Write(torn, 0);
            aside.Sync();
        }

        using (var open = disk.Open(file.Path, writable: true))
        {
            open.Truncate(sound);
            open.Sync();
        }

        logger.TornLine(file.Name, torn.Length);
        return new(AuditAct.Torn, On: file.Name, Detail: $"its end was not whole: {torn.Length} bytes cut and kept beside it");
    }

    private static string FreeName(string path, IDisk disk)
    {
        var name = path;
        for (var i = 2; disk.Exists(name); i++) name = $"{path}-{i}";
        return name;
    }

    private static AuditEnd Damaged(AuditFile file, ReadOnlyMemory<byte> bytes, List<AuditEvent> findings, ILogger logger)
    {
        logger.DamagedLine(file.Name);
        findings.Add(new(AuditAct.Damaged, On: file.Name, Result: AuditResult.Failed, Detail: "it is not as it was written; it is left as it is"));
        var entries = AuditFiles.Lines(bytes).Select(EntryOf).ToList();
        var last = entries.FindLast(entry => entry is not null);
        return new(null, 0, Math.Max(file.First + entries.Count - 1, last?.Seq ?? 0), last?.Hash ?? AuditLine.NoHash, IsSigned: false, 0, findings);
    }

    private static bool IsNext(AuditEntry last, AuditEntry entry) => entry.Seq == last.Seq + 1 && entry.Prev.Equals(last.Hash, StringComparison.Ordinal);

    private static AuditEntry? EntryOf(ReadOnlyMemory<byte> line) => AuditLine.IsWhole(line.Span) ? AuditEntry.Read(line.Span) : null;
}
