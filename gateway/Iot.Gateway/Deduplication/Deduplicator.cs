using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Iot.Wire;

namespace Iot.Gateway.Deduplication;

/// <summary>Step 2 of ingest: was this batch received before? A projection of the journal, one history a device.</summary>
/// <remarks>
/// Thread-safe; a history has a lock of its own. Beyond <see cref="DeduplicationOptions.MaxDevices"/> the history of a device not heard of for
/// long goes (second chance, in order of arrival), never one with a batch in flight. Its next batches are taken as new and its books as not provable.
/// </remarks>
internal sealed class Deduplicator(DeduplicationOptions options)
{
    private readonly ConcurrentDictionary<DeviceId, SequenceHistory> _histories = new();
    private readonly Queue<SequenceHistory> _order = new();
    private readonly Lock _growing = new();

    public int Devices => _histories.Count;

    /// <summary>Histories that were given up to make room.</summary>
    public long ForgottenDevices { get; private set; }

    /// <summary>Set by recovery when the journal's beginning is gone and no snapshot covers it: what came before is unknown, not missing.</summary>
    public bool BeginningLost { get; set; }

    /// <summary>A moment's view; take each one's lock before looking into it.</summary>
    public IEnumerable<SequenceHistory> Histories => _histories.Values;

    /// <summary>The device's history, made when there is none.</summary>
    public SequenceHistory Of(DeviceId device)
    {
        if (!_histories.TryGetValue(device, out var history)) return Add(device, BeginningLost || ForgottenDevices > 0);
        if (!history.IsRecent) history.IsRecent = true;

        return history;
    }

    /// <summary>Without making one.</summary>
    public bool TryFind(DeviceId device, [NotNullWhen(true)] out SequenceHistory? history) => _histories.TryGetValue(device, out history);

    /// <summary>Forgets everything, before a recovery.</summary>
    public void Clear()
    {
        lock (_growing)
        {
            _histories.Clear();
            _order.Clear();
            ForgottenDevices = 0;
            BeginningLost = false;
        }
    }

    /// <summary>Recovery: takes over what a snapshot says of the whole.</summary>
    public void Restore(bool beginningLost, long forgottenDevices) => (BeginningLost, ForgottenDevices) = (beginningLost, forgottenDevices);

    /// <summary>The device's history, made when there is none; <paramref name="beginningLost"/> matters only then.</summary>
    public SequenceHistory Add(DeviceId device, bool beginningLost)
    {
        lock (_growing)
        {
            if (_histories.TryGetValue(device, out var known)) return known;
            if (_order.Count >= options.MaxDevices) MakeRoom();

            var history = new SequenceHistory(device, options.MaxIntervalsPerDevice, beginningLost);
            _histories[device] = history;
            _order.Enqueue(history);
            return history;
        }
    }

    /// <summary>Ends after two rounds at the most, without success only when every device has a batch in flight.</summary>
    private void MakeRoom()
    {
        for (var tries = 2 * _order.Count; tries > 0; tries--)
        {
            var oldest = _order.Dequeue();
            if (!IsSpare(oldest))
            {
                _order.Enqueue(oldest);
                continue;
            }

            _histories.TryRemove(oldest.Device, out _);
            ForgottenDevices++;
            return;
        }
    }

    private static bool IsSpare(SequenceHistory history)
    {
        lock (history.Lock)
        {
            var spare = !history.IsRecent && !history.HasInFlight;
            history.IsRecent = false;
            return spare;
        }
    }
}
