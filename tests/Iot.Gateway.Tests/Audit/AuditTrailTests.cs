using Iot.Gateway.Audit;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;

namespace Iot.Gateway.Tests.Audit;

/// <summary>What is reported is written; what cannot be is counted; nobody is held up.</summary>
public sealed class AuditTrailTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_begins_with_the_start_and_ends_with_the_stop_and_a_signature()
    {
        using var rig = new AuditRig();
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);

        await trail.StartAsync(Stop);
        trail.Report(AuditRig.Refusal("pump-1"));
        await trail.StopAsync(Stop);

        Assert.Equal(["audit.checkpoint", "gateway.start", "mqtt.publish.refused", "gateway.stop", "audit.checkpoint"], rig.Entries().Select(entry => entry.Act));
        Assert.Equal(0, rig.Verify().Unsigned);
    }

    [Fact]
    public async Task What_a_person_did_is_on_disk_when_it_is_answered()
    {
        using var rig = new AuditRig();
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);
        trail.Begin();

        await trail.WriteAsync(new(AuditAct.ReplayStart, "api-key", On: "Embedded"), Stop);
        rig.Disk = rig.Disk.CutPower();

        Assert.Contains(rig.Entries(), entry => entry is { Act: "replay.start" });
    }

    [Fact]
    public async Task A_flood_is_a_few_entries_and_a_count_for_each_who_sends_it()
    {
        using var rig = new AuditRig { Options = new() { PerMinuteAndSubject = 5, PerMinute = 50 } };
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);
        trail.Begin();

        for (var i = 0; i < 10_000; i++) trail.Report(AuditRig.Refusal("hostile"));
        for (var i = 0; i < 3; i++) trail.Report(AuditRig.Refusal("clumsy"));
        await trail.StopAsync(Stop);

        Assert.Equal(5, rig.Entries().Count(entry => entry is { Act: "mqtt.publish.refused", Who: "hostile" }));
        Assert.Equal(3, rig.Entries().Count(entry => entry is { Act: "mqtt.publish.refused", Who: "clumsy" }));
        var summary = Assert.Single(rig.Entries(), entry => entry is { Act: "audit.left-out" });
        Assert.Equal(("hostile", "mqtt.publish.refused", 9_995L), (summary.Who, summary.On, summary.Count));
    }

    /// <summary>A new name each time does not help: neither the log nor the memory grows.</summary>
    [Fact]
    public async Task A_flood_under_ever_new_names_is_bounded_and_every_one_is_counted()
    {
        using var rig = new AuditRig();
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);
        trail.Begin();

        for (var i = 0; i < 20_000; i++) trail.Report(AuditRig.Refusal($"hostile-{i}"));
        await trail.StopAsync(Stop);

        var entries = rig.Entries();
        Assert.Equal(rig.Options.PerMinute, entries.Count(entry => entry is { Act: "mqtt.publish.refused" }));
        Assert.InRange(entries.Count(entry => entry is { Act: "audit.left-out" }), 1, 21);
        Assert.Equal(20_000 - rig.Options.PerMinute, entries.Where(entry => entry is { Act: "audit.left-out" }).Sum(entry => entry.Count));
    }

    [Fact]
    public async Task A_full_disk_is_told_counted_and_named_as_a_gap_once_there_is_room()
    {
        using var rig = new AuditRig();
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);
        await trail.StartAsync(Stop);
        await trail.WriteAsync(new(AuditAct.ReplayStart, "before"), Stop);

        rig.Disk.IsFull = true;
        for (var i = 0; i < 4; i++) await trail.WriteAsync(new(AuditAct.ReplayStart, $"lost-{i}"), Stop);
        Assert.NotNull(trail.Problem);

        rig.Disk.IsFull = false;
        await trail.WriteAsync(new(AuditAct.ReplayStart, "after"), Stop);
        Assert.Null(trail.Problem);
        await trail.StopAsync(Stop);

        var gap = Assert.Single(rig.Entries(), entry => entry is { Act: "audit.gap" });
        Assert.Equal(4, gap.Count);
        Assert.Equal(["before", "after"], rig.Entries().Where(entry => entry is { Act: "replay.start" }).Select(entry => entry.Who));
        Assert.Null(rig.Verify().Finding);
    }

    [Fact]
    public async Task What_waits_for_a_disk_that_hangs_is_bounded_and_what_is_too_much_is_counted()
    {
        using var rig = new AuditRig();
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);
        trail.Begin();
        await trail.WriteAsync(new(AuditAct.ReplayStart, "first"), Stop);
        rig.Disk.HoldSyncs();
        trail.Report(new(AuditAct.ReplayStart, "held"));
        await rig.Disk.SyncHeldAsync(Stop);

        for (var i = 0; i < 10_000; i++) trail.Report(new(AuditAct.ReplayStart, "person"));
        rig.Disk.ReleaseSyncs();
        await trail.StopAsync(Stop);

        var written = rig.Entries().Count(entry => entry is { Who: "person" });
        Assert.InRange(written, 1, 5000);
        Assert.Equal(10_000 - written, rig.Entries().Where(entry => entry is { Act: "audit.left-out", On: "queue" }).Sum(entry => entry.Count));
    }

    [Fact]
    public async Task A_checkpoint_comes_after_its_time_when_there_was_anything_and_never_without()
    {
        using var rig = new AuditRig();
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);
        trail.Begin();
        await trail.WriteAsync(new(AuditAct.ReplayStart, "one"), Stop);
        Assert.Equal(1, Checkpoints(rig));

        rig.Clock.Advance(rig.Options.CheckpointEvery);
        await Eventually.TrueAsync(() => Checkpoints(rig) == 2, "what waited is signed");

        rig.Clock.Advance(rig.Options.CheckpointEvery);
        await trail.WriteAsync(new(AuditAct.ReplayStart, "two"), Stop); // nothing had waited
        Assert.Equal(2, Checkpoints(rig));
    }

    [Fact]
    public async Task What_a_device_calls_itself_is_bounded_and_stays_one_line()
    {
        using var rig = new AuditRig();
        using var meters = new QuietMeters();
        await using var trail = rig.Trail(meters);
        trail.Begin();
        var name = "a\n\"}\e[2J\u202e" + '\ud800' + new string('é', 10_000);

        trail.Report(AuditRig.Refusal(name));
        await trail.StopAsync(Stop);

        var line = Assert.Single(rig.Lines(rig.FileAt(0)), line => line.Contains("publish", StringComparison.Ordinal));
        Assert.True(line.Length < 8192, $"{line.Length} characters");
        Assert.All(line, c => Assert.InRange(c, ' ', '~'));
        Assert.StartsWith("a\n\"}\e[2J", AuditEntry.Read(System.Text.Encoding.ASCII.GetBytes(line))!.Who, StringComparison.Ordinal);
        Assert.Null(rig.Verify().Finding);
    }

    private static int Checkpoints(AuditRig rig) => rig.Entries().Count(entry => entry.IsCheckpoint);
}
