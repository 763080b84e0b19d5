using System.IO.Hashing;
using Iot.Wire;

namespace Iot.CrashTest.Recording;

/// <summary>Notes what passed on the wire: what was published, and what was acknowledged. Knows nothing of the gateway's own counts. Thread-safe.</summary>
internal sealed class Recorder : IDisposable
{
    private const int MaxUnpackedBytes = 8 * 1024 * 1024;
    private const int MaxReadings = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Device, ulong Epoch, ulong Seq), RecordedBatch> _batches = [];
    private readonly List<string> _mistakes = [];
    private readonly PayloadDecoder _decoder = new(MaxUnpackedBytes);
    private readonly ReadingBatch _batch = new();
    private long _published;
    private long _acknowledgements;

    /// <summary>PUBLISH packets of telemetry, repeated ones too.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>PUBACK packets that say yes, repeated ones too.</summary>
    public long Acknowledgements => Interlocked.Read(ref _acknowledgements);

    /// <summary>No identity, or one identity with two contents: the devices' own mistake, and the end of every proof.</summary>
    public IReadOnlyList<string> Mistakes
    {
        get
        {
            lock (_gate) return [.. _mistakes];
        }
    }

    /// <summary>Before a PUBLISH goes on to the gateway. Null when it is no batch, which is a mistake.</summary>
    public RecordedBatch? Publish(DeviceId device, ReadOnlySpan<byte> payload)
    {
        Interlocked.Increment(ref _published);
        lock (_gate)
        {
            if (!_decoder.TryDecode(payload, new(device, ReceivedAtNs: 0, MaxReadings), _batch, out var why) || _batch.Identity is not { } identity)
            {
                _mistakes.Add($"{device} published what is no batch with identity: {why}");
                return null;
            }

            var digest = XxHash3.HashToUInt64(payload);
            var key = (device.Value, identity.Epoch, identity.Seq);
            if (!_batches.TryGetValue(key, out var batch))
                _batches[key] = batch = new(device.Value, identity.Epoch, identity.Seq, digest, Points());
            if (batch.Digest != digest) _mistakes.Add($"{batch} was published with other bytes than before");

            batch.Sent++;
            return batch;
        }
    }

    /// <summary>When a PUBACK that says yes has arrived.</summary>
    public void Acknowledge(RecordedBatch batch)
    {
        Interlocked.Increment(ref _acknowledgements);
        lock (_gate) batch.Acknowledged++;
    }

    /// <summary>By device, batches in order. Once nothing passes any more: what it returns is not copied.</summary>
    public IReadOnlyList<RecordedDevice> Devices()
    {
        lock (_gate)
        {
            return [.. _batches.Values.GroupBy(batch => batch.Device).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new RecordedDevice(group.Key, [.. group.OrderBy(batch => batch.Epoch).ThenBy(batch => batch.Seq)]))];
        }
    }

    /// <summary>Highest seq of a device that was acknowledged; it has one epoch only.</summary>
    public ulong Highest(string device)
    {
        lock (_gate) return _batches.Values.Where(batch => batch.Acknowledged > 0 && batch.Device.Equals(device, StringComparison.Ordinal)).Max(batch => (ulong?)batch.Seq) ?? 0;
    }

    public void Dispose() => _decoder.Dispose();

    private Point[] Points()
    {
        var points = new Point[_batch.Count];
        for (var i = 0; i < points.Length; i++)
        {
            var reading = _batch.Readings[i];
            if (!_batch.Utf8(reading.Measurement).SequenceEqual("crash"u8)) _mistakes.Add($"{_batch.Device} published another measurement.");
            points[i] = new(string.Intern(_batch.Text(reading.Field)), reading.TimeNs, reading.Number);
        }

        return points;
    }
}
