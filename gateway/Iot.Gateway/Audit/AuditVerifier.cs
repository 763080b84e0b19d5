using System.Security.Cryptography;
using Iot.Journal;

namespace Iot.Gateway.Audit;

/// <summary>Reads files line by line, checks every hash, the chain, and every signature, and stops at the first thing that is wrong.</summary>
/// <param name="keys">Public keys by fingerprint.</param>
/// <param name="isBeingWritten">A gateway is at it: a last line without its end is one that is just being written.</param>
internal sealed class AuditVerifier(IDisk disk, IReadOnlyDictionary<string, ECDsa> keys, bool isBeingWritten, AuditWitness? witness)
{
    private readonly HashSet<string> _signers = new(StringComparer.Ordinal);
    private int _files;
    private long _first;
    private long _seq;
    private string _hash = AuditLine.NoHash;
    private AuditEntry? _signed;
    private long _lastGone;
    private bool _isWitnessed;

    /// <summary>Every file of a log's directory, or one file of it, or an export.</summary>
    public AuditVerdict Verify(IReadOnlyList<AuditFile> files)
    {
        AuditFinding? finding = null;
        for (var i = 0; i < files.Count && finding is null; i++)
            finding = VerifyFile(files[i], isLast: i == files.Count - 1, isLog: files[i].First > 0);

        finding ??= WhyTooShort(files);
        return new(_files, _first, _seq, _hash, _signed?.Seq ?? 0, _signed?.At, [.. _signers.Order(StringComparer.Ordinal)], finding);
    }

    private AuditFinding? VerifyFile(AuditFile file, bool isLast, bool isLog)
    {
        _files++;
        var bytes = new AuditFiles(Path.GetDirectoryName(file.Path)!, disk).Read(file.Path);
        var (number, length) = (0, 0);
        foreach (var line in AuditFiles.Lines(bytes))
        {
            number++;
            if (number == 1 && isLog && WhyNotItsStart(file, line.Span) is { } start) return new(file.Name, 1, _seq + 1, start);
            if (WhyWrong(line.Span) is { } wrong) return new(file.Name, number, _seq + 1, wrong);

            length += line.Length + 1;
        }

        if (length == bytes.Length) return number > 0 ? null : new(file.Name, 1, _seq + 1, "the file is empty.");

        return isLast && isBeingWritten ? null : new(file.Name, number + 1, _seq + 1,
            $"the last line is not whole: {bytes.Length - length} bytes without an end. A crash leaves that, and the next start cuts it and says so in the log; otherwise it was changed or cut.");
    }

    private static string? WhyNotItsStart(AuditFile file, ReadOnlySpan<byte> line)
    {
        if (!AuditLine.IsWhole(line) || AuditEntry.Read(line) is not { } entry) return null; // said in better words
        if (!entry.IsCheckpoint) return "a file must begin with a signed checkpoint, and this entry is none: the lines before it were deleted.";

        return entry.Seq == file.First ? null : $"the file's name says that it begins with entry {file.First}, and this is entry {entry.Seq}: it was renamed, or lines were deleted.";
    }

    private string? WhyWrong(ReadOnlySpan<byte> line)
    {
        if (!AuditLine.IsWhole(line)) return "the bytes of this line do not match its hash: it was changed.";
        if (AuditEntry.Read(line) is not { } entry) return "this line holds the right hash and is no entry: it was not written by a gateway.";
        if (WhyNotNext(entry) is { } broken) return broken;
        if (entry.IsCheckpoint && WhyNotSigned(entry, line) is { } unsigned) return unsigned;

        if (_first == 0) _first = entry.Seq;
        (_seq, _hash) = (entry.Seq, entry.Hash);
        _lastGone = Math.Max(_lastGone, RetiredFile.LastGone(entry));
        if (witness is not null && witness.Seq == entry.Seq)
        {
            if (!witness.Hash.Equals(entry.Hash, StringComparison.Ordinal)) return $"entry {entry.Seq} is another than the one noted elsewhere: the log was written anew.";
            _isWitnessed = true;
        }

        return null;
    }

    private string? WhyNotNext(AuditEntry entry)
    {
        if (_seq == 0) // what came before is vouched for by the checkpoint's signature
            return entry.IsCheckpoint ? null : "the log must begin with a signed checkpoint, and this entry is none: the lines before it were deleted.";

        if (entry.Seq > _seq + 1) return $"entry {entry.Seq} follows entry {_seq}: {entry.Seq - _seq - 1} entries between them were deleted, or this line was moved here.";
        if (entry.Seq <= _seq) return $"entry {entry.Seq} follows entry {_seq}: this line was inserted, repeated or moved.";

        return entry.Prev.Equals(_hash, StringComparison.Ordinal) ? null
            : $"entry {entry.Seq} names another entry than the one before it: that one was put in its place, or this line was inserted.";
    }

    private string? WhyNotSigned(AuditEntry entry, ReadOnlySpan<byte> line)
    {
        if (entry.Key is null || !keys.TryGetValue(entry.Key, out var key))
            return $"this checkpoint is signed with the key {entry.Key}, whose public part is not at hand: give it with --key.";

        var text = entry.Signature ?? "";
        var signature = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, signature, out var length) || !AuditKey.Verifies(key, AuditLine.Signed(line, text), signature.AsSpan(0, length)))
            return $"the signature of this checkpoint is not the gateway's: entries since entry {_signed?.Seq ?? _seq} may have been written anew.";

        _signers.Add(entry.Key);
        _signed = entry;
        return null;
    }

    /// <summary>What only the whole can show: files gone from the start, entries gone from the end.</summary>
    private AuditFinding? WhyTooShort(IReadOnlyList<AuditFile> files)
    {
        if (files.Count == 0) return null;

        var isLog = files[0].First > 0;
        if (isLog && _first > 1 && _lastGone < _first - 1)
            return new(files[0].Name, 1, _first, $"the log begins with entry {_first}, and no entry says that retention took those before it: they were deleted.");
        if (witness is null || _isWitnessed) return null;

        return new(files[^1].Name, 0, witness.Seq, witness.Seq > _seq
            ? $"entry {witness.Seq}, noted elsewhere, is not in the log, which ends with entry {_seq}: entries were taken from its end."
            : $"entry {witness.Seq}, noted elsewhere, is older than the log, which begins with entry {_first}: note a newer one.");
    }
}
