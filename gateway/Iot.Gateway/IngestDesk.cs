using System.Collections.Concurrent;
using Iot.Gateway.Decoding;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Validation;
using Iot.Wire;

namespace Iot.Gateway;

/// <summary>What one message needs while it is decoded and judged: buffers that grow once and are used again.</summary>
internal sealed class IngestDesk(IngestDesks home, MessageDecoder decoder, SeriesBudget series) : IDisposable
{
    public MessageDecoder Decoder { get; } = decoder;

    public ReadingBatch Batch { get; } = new();

    /// <summary>What <see cref="Judge"/> refused, in ascending order of index.</summary>
    public List<Rejection> Rejections { get; } = [];

    /// <param name="opensSeries">What is accepted may open series. False: it is only asked, and nothing is changed.</param>
    public void Judge(DeviceSchema schema, long receivedAtNs, bool opensSeries = true)
    {
        Rejections.Clear();
        ReadingValidator.Judge(Batch, schema, receivedAtNs, Rejections);
        series.Judge(Batch, schema, Rejections, opensSeries);
    }

    /// <summary>How many readings <see cref="Judge"/> refused for which reason; null for none.</summary>
    public IReadOnlyList<KeyValuePair<RejectReason, int>>? RejectedByReason() =>
        Rejections.Count == 0 ? null : [.. Rejections.CountBy(rejection => rejection.Reason)];

    /// <summary>When what was accepted was measured.</summary>
    public BatchSpan Span()
    {
        if (Rejections.Count == 0) return BatchSpan.Of(Batch);

        var next = 0; // both ascend
        return BatchSpan.Of(Batch, IsAccepted);

        bool IsAccepted(int index)
        {
            if (next == Rejections.Count || Rejections[next].Index != index) return true;

            next++;
            return false;
        }
    }

    /// <summary>Back to the pool.</summary>
    public void Dispose() => home.Return(this);
}

/// <summary>The pool of desks: as many as there are threads in ingest at once.</summary>
internal sealed class IngestDesks(LimitsOptions limits, SeriesBudget series)
{
    private readonly ConcurrentBag<IngestDesk> _idle = [];

    public IngestDesk Rent() => _idle.TryTake(out var desk) ? desk : new(this, new MessageDecoder(limits.UnpackedBytes), series);

    public void Return(IngestDesk desk) => _idle.Add(desk);
}
