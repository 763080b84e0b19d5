using Iot.Gateway.Deduplication;

namespace Iot.Gateway.Ledger;

/// <summary>The books of all devices added up, and when they were last heard. Made in one walk that allocates nothing a device.</summary>
/// <param name="now">What silence is measured from.</param>
/// <param name="sinks">Over all devices, per sink.</param>
internal sealed class FleetBooks(DateTimeOffset now, SinkBooks[] sinks)
{
    /// <summary>Upper ends of the silences that devices are counted by, in the order of <see cref="Heard"/>; beyond the last it is longer.</summary>
    public static readonly IReadOnlyList<TimeSpan> Silences = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];

    private readonly long _nowNs = (now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    private readonly int[] _heard = new int[Silences.Count + 1];
    private readonly List<SequenceGap> _gaps = [];

    public static FleetBooks Empty => new(DateTimeOffset.UnixEpoch, []);

    public IReadOnlyList<SinkBooks> Sinks => sinks;

    public BooksEntry Sum { get; private set; }

    /// <summary>Devices whose sums do not come out.</summary>
    public int Unbalanced { get; private set; }

    /// <summary>Devices by how long ago they were last heard: within each of <see cref="Silences"/> but not within the one before, and longer.</summary>
    public IReadOnlyList<int> Heard => _heard;

    /// <summary>Batches that have not arrived and that their devices say they still hold.</summary>
    public ulong MissingHeld { get; private set; }

    /// <summary>Batches that have not arrived and that nobody says he holds; those that a device gave up are not among them.</summary>
    public ulong MissingUnheld { get; private set; }

    public void Add(DeviceAccount account)
    {
        Sum += account.Sum;
        if (!account.IsBalanced(sinks)) Unbalanced++;

        var bucket = 0;
        while (bucket < Silences.Count && _nowNs - account.LastSeenNs > Silences[bucket].Ticks * TimeSpan.NanosecondsPerTick) bucket++;
        _heard[bucket]++;
    }

    /// <param name="history">With its lock held.</param>
    public void AddMissing(SequenceHistory history)
    {
        _gaps.Clear();
        for (var i = 0; i < history.Epochs.Count; i++)
        {
            MissingUnheld += history.Epochs[i].ForgottenMissing;
            history.Epochs[i].AddGapsTo(_gaps);
        }

        foreach (var gap in _gaps)
        {
            var batches = gap.To - gap.From + 1;
            if (gap.Held) MissingHeld += batches;
            else if (!gap.GivenUp) MissingUnheld += batches;
        }
    }
}
