using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Fuzz;

/// <summary>The snapshot of the de-duplication marks: read, or <see cref="DamagedSnapshotException"/> and nothing of it taken over.</summary>
internal sealed class MarksTarget : FuzzTarget
{
    /// <summary>Below a snapshot of 100 bytes stand a dictionary, a history and an interval set a device.</summary>
    private const int MostAllocatedPerByte = 256;

    private static readonly DeduplicationOptions Options = new() { MaxIntervalsPerDevice = 16, MaxDevices = 1000 };

    public override string Name => "marks-snapshot";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            yield return [FlaggedInput.Repair, .. Written(new(Options))];
            foreach (var sample in Samples()) yield return [FlaggedInput.Repair, .. Written(sample)];
            yield return [0, .. Written(Samples()[0])];
        }
    }

    public override void Run(byte[] input)
    {
        if (!FlaggedInput.TryTake(input, out var flags, out var snapshot)) return;

        if ((flags & FlaggedInput.Repair) != 0) MarksChecksums.Repair(snapshot);
        var meter = AllocationMeter.Start();
        var read = new Deduplicator(Options);
        try
        {
            SnapshotReader.Read(read, new MemoryStream(snapshot), "marks");
        }
        catch (DamagedSnapshotException damage)
        {
            Promise.Holds(damage.Position >= 0 && damage.Position <= snapshot.Length, $"the damage lies outside of the file: {damage.Position}");
            Promise.Holds(read.Devices == 0 && read.ForgottenDevices == 0 && !read.BeginningLost, "something of a damaged snapshot was taken over");
            return;
        }

        meter.AssertInProportion(snapshot.Length, MostAllocatedPerByte);
        foreach (var history in read.Histories) Works(history);

        var again = new Deduplicator(Options);
        SnapshotReader.Read(again, new MemoryStream(Written(read)), "again");
        Promise.Same(Show(read), Show(again), "what was written and read again");
    }

    /// <summary>What was taken over can be asked, and goes on remembering within its bounds.</summary>
    private static void Works(SequenceHistory history)
    {
        lock (history.Lock)
        {
            var intervals = history.Epochs.Sum(epoch => epoch.Seen.Count);
            Promise.Holds(history.Epochs.Count <= SequenceHistory.MaxEpochs && intervals <= Options.MaxIntervalsPerDevice, "more is remembered than allowed");
            Promise.Holds(history.Gaps().Count <= 2 * intervals, "there are more gaps than intervals have room for");
            Promise.Holds(history.Gaps().All(gap => gap.From <= gap.To), "a gap ends before it starts");
            foreach (var epoch in history.Epochs.ToArray()) // asking reorders them
            {
                foreach (var interval in epoch.Seen.Intervals.ToArray())
                    Promise.Holds(history.HasSeen(epoch.Epoch, interval.From) && history.HasSeen(epoch.Epoch, interval.To), "a mark is not found");
            }
        }
    }

    public static string Show(Deduplicator marks) => string.Join('\n', marks.Histories.OrderBy(history => history.Device).Select(Show)
        .Prepend($"{marks.Devices} {marks.ForgottenDevices} {marks.BeginningLost}"));

    private static string Show(SequenceHistory history) => $"{history.Device} {history.BeginningLost}: " + string.Join("; ", history.Epochs.Select(epoch =>
        $"{epoch.Epoch} {epoch.First} {epoch.ForgottenThrough} {epoch.ForgottenMissing} {string.Join(' ', epoch.Seen.Intervals.ToArray())}"));

    public static IReadOnlyList<Deduplicator> Samples()
    {
        var one = new Deduplicator(Options);
        foreach (var seq in (ulong[])[1, 2, 3, 5]) Receive(one, "d1", 10, seq, 2);

        var many = new Deduplicator(Options);
        for (ulong i = 0; i < 40; i++) Receive(many, $"pump-{i % 5}", 1 + (i % 9), i * i % 31, i % 3);

        return [one, many];
    }

    private static void Receive(Deduplicator marks, string device, ulong epoch, ulong seq, ulong first)
    {
        var history = marks.Of(DeviceId.Parse(device));
        lock (history.Lock)
        {
            history.NoteFirst(epoch, first);
            history.Remember(epoch, seq + 1);
        }
    }

    private static byte[] Written(Deduplicator marks)
    {
        var bytes = new MemoryStream();
        SnapshotWriter.Write(marks, bytes);
        return bytes.ToArray();
    }
}
