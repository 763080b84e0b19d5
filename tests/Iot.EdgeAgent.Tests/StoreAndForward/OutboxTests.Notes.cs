using Iot.EdgeAgent.StoreAndForward;
using Iot.Journal;

namespace Iot.EdgeAgent.Tests.StoreAndForward;

/// <summary>What is noted beside the journal, when the disk does not take it.</summary>
public partial class OutboxTests
{
    [Fact]
    public async Task On_a_full_disk_an_outbox_without_notes_opens_and_what_is_acknowledged_makes_room_for_them()
    {
        await using (var outbox = Open()) await StoreAsync(outbox, 1500);
        _disk.Delete($"{Home}/notes"); // of a version that had none
        _disk.CapacityBytes = _disk.Files.Sum(file => (long)_disk.ReadAllBytes(file).Length);

        await using var again = Open();
        var before = again.Bytes;
        _clock.Advance(TimeSpan.FromSeconds(1));
        again.Acknowledged.Add(new(0, again.Stored - 2));
        again.Acknowledged.Add(new(again.Stored - 1, again.Stored));
        Assert.True(Assert.Throws<DiskException>(again.Checkpoint).IsDiskFull);
        Assert.InRange(again.Bytes, 0, before - (64 * 1024));

        again.Checkpoint();
        Assert.Contains($"{Home}/notes", _disk.Files);
    }

    [Fact]
    public void Notes_that_the_disk_fails_to_sync_are_made_anew_with_the_next_note_when_it_takes_no_new_ones_either()
    {
        using (var notes = NoteFile.Open(_disk, Home)) notes.Write(turn => new(turn, 1, 0, GivenUp: 7, []));
        _disk.FailingSyncs = 2;

        using (var again = NoteFile.Open(_disk, Home))
        {
            Assert.Null(again.Last);
            again.Write(turn => new(turn, 1, 0, GivenUp: 9, []));
        }

        using var last = NoteFile.Open(_disk, Home);
        Assert.Equal(9UL, last.Last!.GivenUp);
    }
}
