using Iot.Gateway.Audit;

namespace Iot.Gateway.Tests.Audit;

/// <summary>What the files hold after starts, crashes, full disks and years.</summary>
public sealed class AuditWriterTests
{
    [Fact]
    public void The_log_goes_on_where_the_last_process_ended()
    {
        using var rig = new AuditRig();
        for (var start = 0; start < 3; start++)
        {
            using var writer = rig.Writer();
            writer.Write([AuditRig.Refusal($"pump-{start}")], sign: true);
        }

        Assert.Equal(["audit.checkpoint", "mqtt.publish.refused", "audit.checkpoint", "mqtt.publish.refused", "audit.checkpoint", "mqtt.publish.refused", "audit.checkpoint"], rig.Entries().Select(entry => entry.Act));
        Assert.Null(rig.Verify().Finding);
    }

    [Fact]
    public void A_torn_last_line_is_cut_and_noted()
    {
        using var rig = new AuditRig();
        using (var writer = rig.Writer()) writer.Write([AuditRig.Refusal("pump-1"), AuditRig.Refusal("pump-2")], sign: false);
        var bytes = rig.Disk.ReadAllBytes(rig.FileAt(0));
        rig.Disk.WriteAllBytes(rig.FileAt(0), bytes[..^20]);

        using (var writer = rig.Writer()) writer.Write([AuditRig.Refusal("pump-3")], sign: true);

        Assert.Null(rig.Verify().Finding);
        Assert.Equal(["pump-1", null, "pump-3"], rig.Entries().Where(entry => !entry.IsCheckpoint).Select(entry => entry.Who));
        Assert.Equal("audit.torn", rig.Entries()[2].Act);
        Assert.Equal(bytes[(bytes.AsSpan(..^1).LastIndexOf((byte)'\n') + 1)..^20], rig.Disk.ReadAllBytes(rig.FileAt(0) + ".torn"));
    }

    /// <summary>A disk may write the later part of a group and not the earlier one.</summary>
    [Fact]
    public void A_group_with_a_hole_of_zeros_is_cut_as_a_whole_and_kept_aside()
    {
        using var rig = new AuditRig();
        using (var writer = rig.Writer()) writer.Write([AuditRig.Refusal("pump-1"), AuditRig.Refusal("pump-2"), AuditRig.Refusal("pump-3")], sign: false);
        var bytes = rig.Disk.ReadAllBytes(rig.FileAt(0));
        var hole = bytes.AsSpan().IndexOf("pump-2"u8);
        bytes.AsSpan(hole, 3).Clear();
        rig.Disk.WriteAllBytes(rig.FileAt(0), bytes);

        using (var writer = rig.Writer()) writer.Write([AuditRig.Refusal("pump-4")], sign: true);

        Assert.Null(rig.Verify().Finding);
        Assert.Equal(["pump-1", "pump-4"], rig.Entries().Select(entry => entry.Who).OfType<string>());
        Assert.Contains("pump-3", System.Text.Encoding.UTF8.GetString(rig.Disk.ReadAllBytes(rig.FileAt(0) + ".torn")), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_power_cut_at_any_moment_all_that_was_said_to_be_written_is_there_and_the_chain_holds()
    {
        for (var operations = 0; operations < 120; operations++)
        {
            using var rig = new AuditRig { Options = new() { FileBytes = 2048 }, Disk = new(seed: operations) };
            rig.Disk.CutPowerAfter(operations);
            var written = Fill(rig);
            rig.Disk = rig.Disk.CutPower();

            using (var writer = rig.Writer()) writer.Write([AuditRig.Refusal("after")], sign: true);

            Assert.Null(rig.Verify().Finding);
            Assert.Superset(written.ToHashSet(), rig.Entries().Select(entry => entry.Who ?? "").ToHashSet());
        }
    }

    [Fact]
    public void A_last_line_that_was_changed_is_left_for_a_person_and_the_log_goes_on_in_a_new_file()
    {
        using var rig = new AuditRig();
        using (var writer = rig.Writer()) writer.Write([AuditRig.Refusal("pump-1"), AuditRig.Refusal("pump-2")], sign: false);
        var path = rig.FileAt(0);
        rig.Put(path, [.. rig.Lines(path)[..^1], rig.Lines(path)[^1].Replace("pump-2", "pump-9", StringComparison.Ordinal)]);
        var before = rig.Disk.ReadAllBytes(path);

        using (var writer = rig.Writer()) writer.Write([AuditRig.Refusal("pump-3")], sign: true);

        Assert.Equal(before, rig.Disk.ReadAllBytes(path));
        Assert.Contains(rig.Entries(), entry => entry is { Act: "audit.damaged" } && Path.GetFileName(path).Equals(entry.On, StringComparison.Ordinal));
        Assert.Equal((Path.GetFileName(path), 3), (rig.Verify().Finding!.File, rig.Verify().Finding!.Line));
    }

    /// <summary>A failed write or sync leaves nothing behind that would fork the chain.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(3, 2)]
    public void After_a_failed_write_or_sync_the_log_goes_on_from_what_was_on_disk(int writes, int syncs)
    {
        using var rig = new AuditRig();
        using var writer = rig.Writer();
        writer.Write([AuditRig.Refusal("before")], sign: false);
        (rig.Disk.FailingWrites, rig.Disk.FailingSyncs) = (writes, syncs);

        for (var failure = 0; rig.Disk.FailingWrites + rig.Disk.FailingSyncs > 0; failure++)
            Assert.ThrowsAny<IOException>(() => writer.Write([AuditRig.Refusal($"lost-{failure}")], sign: false));
        writer.Write([AuditRig.Refusal("after")], sign: true);

        Assert.Null(rig.Verify().Finding);
        Assert.Equal(["before", "after"], rig.Entries().Select(entry => entry.Who).OfType<string>());
    }

    [Fact]
    public void The_oldest_file_goes_with_an_entry_that_says_so_and_the_rest_verifies()
    {
        using var rig = new AuditRig { Options = new() { FileBytes = 4096, MaxBytes = 16 * 1024 } };
        using (var writer = rig.Writer())
        {
            for (var i = 0; i < 300; i++) writer.Write([AuditRig.Refusal($"pump-{i}")], sign: false);
            writer.Write([], sign: true);
        }

        var verdict = rig.Verify();
        Assert.Null(verdict.Finding);
        Assert.True(verdict.First > 1, "the first file is gone");
        Assert.True(new AuditFiles(AuditRig.Directory, rig.Disk).All().Sum(file => file.Length) < 24 * 1024, "within its bounds, but for the file being written");
        Assert.Contains(rig.Entries(), entry => entry is { Act: "audit.retention" } && entry.On!.EndsWith($"-{verdict.First - 1}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_month_begins_a_file_and_what_is_older_than_KeepFor_goes()
    {
        using var rig = new AuditRig { Options = new() { KeepFor = TimeSpan.FromDays(60) } };
        using (var writer = rig.Writer())
        {
            for (var month = 0; month < 5; month++)
            {
                writer.Write([AuditRig.Refusal($"pump-{month}")], sign: true);
                rig.Clock.Advance(TimeSpan.FromDays(30));
            }
        }

        Assert.Null(rig.Verify().Finding);
        Assert.DoesNotContain(rig.Entries(), entry => entry is { Who: "pump-0" });
        Assert.Contains(rig.Entries(), entry => entry is { Who: "pump-3" });
        Assert.Contains(rig.Entries(), entry => entry is { Act: "audit.retention", Detail: "older than Audit:KeepFor" });
    }

    [Fact]
    public void A_file_that_is_taken_away_while_it_is_written_is_noticed_and_named()
    {
        using var rig = new AuditRig();
        using var writer = rig.Writer();
        writer.Write([AuditRig.Refusal("pump-1")], sign: true);
        rig.Disk.Delete(rig.FileAt(0));

        writer.Write([AuditRig.Refusal("pump-2")], sign: true);

        Assert.Equal(["audit.checkpoint", "audit.damaged", "mqtt.publish.refused", "audit.checkpoint"], rig.Entries().Select(entry => entry.Act));
        Assert.Contains("deleted", rig.Verify().Finding!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_writers_at_once_are_one_too_many()
    {
        using var rig = new AuditRig();
        using var first = rig.Writer();
        first.Write([AuditRig.Refusal("pump-1")], sign: false);

        using var second = rig.Writer();
        Assert.Contains("another process", Assert.ThrowsAny<IOException>(() => second.Write([AuditRig.Refusal("pump-2")], sign: false)).Message, StringComparison.Ordinal);
    }

    private static List<string> Fill(AuditRig rig)
    {
        var written = new List<string>();
        using var writer = rig.Writer();
        for (var i = 0; i < 12; i++)
        {
            try
            {
                writer.Write([AuditRig.Refusal($"pump-{i}")], sign: i % 4 == 3);
                written.Add($"pump-{i}");
            }
            catch (IOException)
            {
                break; // the power is gone
            }
        }

        return written;
    }
}
