using System.Buffers;
using Iot.Journal;

namespace Iot.Gateway.Audit;

/// <summary>Appends groups of entries to the files of a log: all of a group are on disk when it returns, or none is in the log. One caller at a time.</summary>
/// <remarks>After a failure the file is first cut to what was good before; until that succeeds nothing is written, so the chain never forks.</remarks>
internal sealed class AuditWriter(string directory, AuditOptions options, IDisk disk, TimeProvider clock, ILogger logger, Func<(AuditKey Key, bool IsNew)> openKey) : IDisposable
{
    public const string LockName = "audit.lock";

    private readonly AuditFiles _files = new(directory, disk);
    private readonly ArrayBufferWriter<byte> _lines = new(64 * 1024);
    private readonly List<AuditEvent> _findings = [];
    private IDisposable? _lock;
    private AuditKey? _key;
    private IDiskFile? _file;
    private string _path = "";
    private long _length;
    private int _month;
    private long _seq;
    private string _hash = AuditLine.NoHash;
    private int _unsigned;
    private long _signedAt;
    private bool _isSound;

    public bool IsCheckpointDue => _unsigned >= options.CheckpointEntries
        || (_unsigned > 0 && clock.GetElapsedTime(_signedAt) >= options.CheckpointEvery);

    /// <summary>Entries on disk that no checkpoint has signed yet.</summary>
    public bool HasUnsigned => _unsigned > 0;

    /// <param name="sign">Ends with a checkpoint; so does a group after which one is due.</param>
    /// <returns>How many entries were written, checkpoints and the log's own among them.</returns>
    /// <exception cref="IOException">None of them is in the log.</exception>
    public int Write(IReadOnlyList<AuditEvent> events, bool sign)
    {
        if (_lock is null) Open();
        Mend();
        var retired = MustRoll() ? Roll() : [];
        List<AuditEvent> all = [.. _findings, .. retired.Select(file => file.Event), .. events];

        _lines.Clear();
        var (seq, hash) = (_seq, _hash);
        foreach (var what in all) Add(what, null);
        var written = all.Count;
        var signs = sign || _unsigned + written >= options.CheckpointEntries;
        if (signs) Add(new(AuditAct.Checkpoint), _key);

        Append(_lines.WrittenSpan);
        (_seq, _hash) = (seq, hash);
        _findings.Clear();
        Signed(signs, written);
        foreach (var file in retired) disk.Delete(file.Path);
        return written + (signs ? 1 : 0);

        void Add(AuditEvent what, AuditKey? key) => hash = AuditLine.Append(_lines, ++seq, clock.GetUtcNow(), what, hash, key);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _key?.Dispose();
        _lock?.Dispose();
    }

    private void Open()
    {
        disk.CreateDirectory(directory);
        var held = disk.TryLock(Path.Combine(directory, LockName))
            ?? throw new IOException($"'{directory}' is being written by another process: one gateway or command at a time.");
        try
        {
            var (key, isNew) = openKey();
            var end = AuditEnd.Find(_files, disk, logger);
            (_key, _seq, _hash, _length, _month) = (key, end.Seq, end.Hash, end.Length, end.Month);
            (_unsigned, _signedAt) = (end.IsSigned ? 0 : 1, clock.GetTimestamp());
            if (end.Path is not null) (_path, _file) = (end.Path, disk.Open(end.Path, writable: true));
            (_lock, _isSound) = (held, true);
            if (isNew) _findings.Add(new(AuditAct.KeyMade, On: key.Fingerprint));
            _findings.AddRange(end.Findings);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private void Mend()
    {
        if (_file is not null && !disk.Exists(_path)) Gone();
        if (_isSound || _file is null) return;

        _file.Truncate(_length);
        _file.Sync();
        _isSound = true;
    }

    /// <summary>Somebody took the file away under us: what is written to it now would go with it.</summary>
    private void Gone()
    {
        _findings.Add(new(AuditAct.Damaged, On: Path.GetFileName(_path), Result: AuditResult.Failed, Detail: "the file is gone, though nobody here removed it"));
        _file!.Dispose();
        (_file, _isSound) = (null, true);
    }

    private bool MustRoll() => _file is null || _length >= options.FileBytes || clock.GetUtcNow().Month != _month;

    /// <summary>A new file, whose first entry is a checkpoint: who has only this file can verify it. Returns the files that must go now.</summary>
    private List<RetiredFile> Roll()
    {
        var path = _files.PathOf(_seq + 1);
        disk.CreateDirectory(directory);
        if (disk.Exists(path)) disk.Delete(path); // of a try that failed: no entry of it is in the log

        _lines.Clear();
        var now = clock.GetUtcNow();
        var hash = AuditLine.Append(_lines, _seq + 1, now, new(AuditAct.Checkpoint), _hash, _key);
        var file = disk.Create(path);
        try
        {
            file.Write(_lines.WrittenSpan, 0);
            file.Sync();
            disk.SyncDirectory(directory);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _file?.Dispose();
        (_path, _file, _length, _month, _seq, _hash) = (path, file, _lines.WrittenCount, now.Month, _seq + 1, hash);
        Signed(true, 0);
        return RetiredFile.Of(_files, options, now);
    }

    private void Append(ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty) return;

        _isSound = false;
        _file!.Write(lines, _length);
        _file.Sync();
        _length += lines.Length;
        _isSound = true;
    }

    private void Signed(bool signs, int written)
    {
        if (_unsigned == 0 || signs) _signedAt = clock.GetTimestamp();
        _unsigned = signs ? 0 : _unsigned + written;
    }
}
