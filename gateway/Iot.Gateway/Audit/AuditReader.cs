using Iot.Journal;

namespace Iot.Gateway.Audit;

/// <summary>Reads the log beside its writer. What is damaged is passed over here; <see cref="AuditVerifier"/> names it.</summary>
internal sealed class AuditReader(string directory, IDisk disk)
{
    /// <summary>Most entries looked at for one page: a filter that nothing meets must not read for minutes.</summary>
    private const int MaxLooked = 200_000;

    private readonly AuditFiles _files = new(directory, disk);

    public string Directory => directory;

    /// <summary>Newest first; a page may be shorter than its limit and still name a next one.</summary>
    public AuditPage Read(AuditQuestion question)
    {
        var found = new List<AuditEntry>();
        var looked = 0;
        foreach (var entry in NewestFirst(question.Before ?? long.MaxValue))
        {
            if (question.Since is { } since && entry.Time < since) break;
            if (question.Means(entry)) found.Add(entry);
            if (found.Count == question.Limit || ++looked == MaxLooked) return new(found, entry.Seq > 1 ? entry.Seq : null);
        }

        return new(found, null);
    }

    /// <summary>The lines as they are, of every file that holds something since then: a copy that can be verified like the log itself.</summary>
    public IEnumerable<byte[]> Export(DateTimeOffset? since)
    {
        var files = Files();
        for (var i = 0; i < files.Count; i++)
        {
            var isOlder = since is not null && i + 1 < files.Count && _files.FirstEntry(files[i + 1].Path) is { } next && next.Time <= since;
            if (isOlder) continue;

            var bytes = _files.Read(files[i].Path);
            yield return bytes[..(bytes.AsSpan().LastIndexOf((byte)'\n') + 1)];
        }
    }

    /// <summary>Reads all of it again, beside its writer: every hash, the chain, every signature, by the keys that lie beside it.</summary>
    public AuditVerdict Verify() => new AuditVerifier(disk, AuditKey.PublicKeys(directory), isBeingWritten: true, witness: null).Verify(Files());

    private IEnumerable<AuditEntry> NewestFirst(long before)
    {
        foreach (var file in Files().Where(file => file.First < before).Reverse())
        {
            if (TryRead(file.Path) is not { } bytes) yield break; // retention took it and those before it

            foreach (var line in AuditFiles.Lines(bytes).Reverse())
                if (AuditEntry.Read(line.Span) is { } entry && entry.Seq < before) yield return entry;
        }
    }

    private IReadOnlyList<AuditFile> Files() => System.IO.Directory.Exists(directory) ? _files.All() : [];

    private byte[]? TryRead(string path)
    {
        try
        {
            return _files.Read(path);
        }
        catch (DiskException e) when (e.IsMissing)
        {
            return null; // the caller knows why
        }
    }
}
