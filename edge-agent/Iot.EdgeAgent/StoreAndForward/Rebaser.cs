using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Makes what is sent of what is stored: gives batches their times that were recorded before anybody knew the time.</summary>
/// <remarks>
/// The binding of a boot never changes, and the same batch is encoded in the same way: one identity never stands for two contents, however often it is sent.
/// Not thread-safe. Costs nothing until the first such batch.
/// </remarks>
internal sealed class Rebaser(DeviceId device, PayloadCompression compression, Timekeeper time, ILogger logger) : IDisposable
{
    /// <summary>Of a batch unpacked; the batcher's limit is a fifth of it.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly ReadingBatch _batch = new();
    private PayloadDecoder? _decoder;
    private BatchEncoder? _encoder;

    /// <returns>Null: the time of its boot is not known yet, so it cannot be sent, nor may what comes behind it.</returns>
    public byte[]? Payload(ReadOnlySpan<byte> record)
    {
        if (!OutboxRecord.IsUnbound(record, out var boot, out var payload)) return payload.ToArray();
        if (!time.Known.IsCancellationRequested) return null;

        if (!TryDecode(payload, out var why))
        {
            logger.NotRebased(device, why);
            return payload.ToArray(); // the gateway refuses such times, and keeps the bytes
        }

        return time.BindingOf(boot, LastNs() - Stamp.UnboundOriginNs) is { OffsetNs: { } offset } binding ? Rebase(offset, binding.IsEstimate) : null;
    }

    public void Dispose()
    {
        _decoder?.Dispose();
        _encoder?.Dispose();
    }

    private bool TryDecode(ReadOnlySpan<byte> payload, out DecodeFailure why)
    {
        _decoder ??= new(MaxBytes);
        return _decoder.TryDecode(payload, new(device, ReceivedAtNs: 0, int.MaxValue), _batch, out why);
    }

    private long LastNs()
    {
        var last = Stamp.UnboundOriginNs;
        foreach (ref readonly var reading in _batch.Readings) last = Math.Max(last, reading.TimeNs);
        return last;
    }

    private byte[] Rebase(long offsetNs, bool isEstimate)
    {
        for (var i = 0; i < _batch.Count; i++)
        {
            var reading = _batch.Readings[i];
            _batch.Replace(i, reading with { TimeNs = reading.TimeNs - Stamp.UnboundOriginNs + offsetNs });
        }

        _batch.Clock = new(isEstimate ? ClockState.Estimated : ClockState.Rebased, double.NaN);
        _encoder ??= new(compression);
        return _encoder.Encode(_batch).ToArray();
    }
}
