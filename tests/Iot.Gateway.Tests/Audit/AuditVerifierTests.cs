using Iot.Gateway.Audit;

namespace Iot.Gateway.Tests.Audit;

/// <summary>Whatever is done to the files, the first place where it shows is named.</summary>
public sealed class AuditVerifierTests
{
    private static readonly AuditOptions Small = new() { FileBytes = 4096, CheckpointEntries = 7 };

    [Fact]
    public void A_log_of_several_files_is_intact_from_its_first_entry_to_its_last()
    {
        using var rig = Written(entries: 60);

        var verdict = rig.Verify();

        Assert.Null(verdict.Finding);
        Assert.True(verdict.Files > 3, $"{verdict.Files} files");
        Assert.Equal((1, rig.Entries().Count), (verdict.First, verdict.Last));
        Assert.Equal(verdict.Last, verdict.SignedTo);
    }

    /// <summary>Every byte of two files, each with one bit of it flipped.</summary>
    [Fact]
    public void A_flipped_byte_is_named_by_its_line_wherever_it_is()
    {
        using var rig = Written(entries: 12);
        var unnamed = new List<string>();
        var (tried, random) = (0, new Random(7));
        foreach (var file in new AuditFiles(AuditRig.Directory, rig.Disk).All())
        {
            var bytes = rig.Disk.ReadAllBytes(file.Path);
            for (var at = 0; at < bytes.Length; at++)
            {
                var flipped = bytes.ToArray();
                flipped[at] ^= (byte)(1 << random.Next(8));
                rig.Disk.WriteAllBytes(file.Path, flipped);

                var line = bytes.AsSpan(0, at).Count((byte)'\n') + 1;
                if (rig.Verify().Finding is not { } found || !found.File.Equals(file.Name, StringComparison.Ordinal) || found.Line > line) unnamed.Add($"{file.Name}: byte {at}, line {line}");
                tried++;
            }

            rig.Disk.WriteAllBytes(file.Path, bytes);
        }

        Assert.True(tried > 5000, $"{tried} bytes");
        Assert.Empty(unnamed);
        Assert.Null(rig.Verify().Finding);
    }

    [Fact]
    public void A_line_that_is_deleted_repeated_moved_or_copied_from_elsewhere_is_named()
    {
        using var rig = Written(entries: 30);
        var path = rig.FileAt(1);
        var lines = rig.Lines(path);
        var other = rig.Lines(rig.FileAt(0))[2];

        for (var at = 1; at < lines.Count - 1; at++)
        {
            Assert.Equal(at + 1, Changed(rig, path, [.. lines[..at], .. lines[(at + 1)..]]).Line);
            Assert.Equal(at + 2, Changed(rig, path, [.. lines[..(at + 1)], .. lines[at..]]).Line);
            Assert.Equal(at + 1, Changed(rig, path, [.. lines[..at], lines[at + 1], lines[at], .. lines[(at + 2)..]]).Line);
            Assert.Equal(at + 1, Changed(rig, path, [.. lines[..at], other, .. lines[at..]]).Line);
        }
    }

    [Fact]
    public void Entries_that_were_rewritten_with_fresh_hashes_are_betrayed_by_the_next_signature()
    {
        using var rig = Written(entries: 6);
        var path = rig.FileAt(0);
        var lines = rig.Lines(path);
        var from = lines.FindIndex(line => line.Contains("\"who\":\"pump-2\"", StringComparison.Ordinal));

        Forgery.Rehash(lines, from, line => line.Replace("pump-2", "pump-3", StringComparison.Ordinal));
        var finding = Changed(rig, path, lines);

        Assert.Contains("signature", finding.What, StringComparison.Ordinal);
        Assert.Contains("audit.checkpoint", lines[finding.Line - 1], StringComparison.Ordinal);
    }

    /// <summary>A name given twice: a reader takes the last, which nobody signed.</summary>
    [Fact]
    public void Nothing_can_be_put_between_signature_and_hash()
    {
        using var rig = Written(entries: 6);
        var lines = rig.Lines(rig.FileAt(0));
        var at = lines.FindLastIndex(line => line.Contains("audit.checkpoint", StringComparison.Ordinal));

        Forgery.Rehash(lines, at, line => line.Replace("\",\"hash\":", "\",\"detail\":\"forged\",\"hash\":", StringComparison.Ordinal));

        Assert.Contains("signature", Changed(rig, rig.FileAt(0), lines).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_is_named_be_it_the_first_one_or_one_between()
    {
        using var rig = Written(entries: 60);
        var (first, second, third) = (rig.FileAt(0), rig.FileAt(1), rig.FileAt(2));
        var bytes = rig.Disk.ReadAllBytes(second);

        rig.Disk.Delete(second);
        Assert.Equal((Path.GetFileName(third), 1), (rig.Verify().Finding!.File, rig.Verify().Finding!.Line));

        rig.Disk.WriteAllBytes(second, bytes);
        rig.Disk.Delete(first);
        Assert.Contains("no entry says that retention took", rig.Verify().Finding!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cut_from_the_end_shows_as_unsigned_and_to_who_noted_the_head_as_missing()
    {
        using var rig = Written(entries: 6);
        var whole = rig.Verify();
        var path = rig.FileAt(0);

        rig.Put(path, rig.Lines(path)[..^1]); // the checkpoint, of all lines
        var cut = rig.Verify();

        Assert.Null(cut.Finding);
        Assert.True(cut.Unsigned > 0, "what follows the last signature is said to be unsigned");
        Assert.Contains("taken from its end", rig.Verify(new(whole.Last, whole.Hash)).Finding!.What, StringComparison.Ordinal);
        Assert.Null(rig.Verify(new(cut.Last, cut.Hash)).Finding);
        Assert.Contains("written anew", rig.Verify(new(cut.Last, whole.Hash)).Finding!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_a_running_gateway_has_not_ended_yet_is_no_finding_and_in_a_log_at_rest_is_one()
    {
        using var rig = Written(entries: 6);
        var bytes = rig.Disk.ReadAllBytes(rig.FileAt(0));
        rig.Disk.WriteAllBytes(rig.FileAt(0), bytes[..^10]);

        Assert.Null(rig.Verify(isBeingWritten: true).Finding);
        Assert.Contains("not whole", rig.Verify().Finding!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_a_key_that_is_not_trusted_is_named()
    {
        using var rig = Written(entries: 6);
        using var other = new AuditRig { Disk = rig.Disk };

        Assert.Contains("--key", other.Verify().Finding!.What, StringComparison.Ordinal);
    }

    private static AuditFinding Changed(AuditRig rig, string path, IReadOnlyList<string> lines)
    {
        var before = rig.Disk.ReadAllBytes(path);
        rig.Put(path, lines);
        var finding = rig.Verify().Finding;
        rig.Disk.WriteAllBytes(path, before);

        Assert.NotNull(finding);
        Assert.Equal(Path.GetFileName(path), finding.File);
        return finding;
    }

    private static AuditRig Written(int entries)
    {
        var rig = new AuditRig { Options = Small };
        using var writer = rig.Writer();
        for (var i = 0; i < entries; i++) writer.Write([AuditRig.Refusal($"pump-{i}")], sign: false);
        writer.Write([], sign: true);
        return rig;
    }
}
