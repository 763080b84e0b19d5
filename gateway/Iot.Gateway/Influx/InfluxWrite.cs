using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>One request body being filled, then sent; in pieces, when the last message made it larger than a request may be.</summary>
internal sealed class InfluxWrite(InfluxSink sink) : ISinkWrite
{
    private readonly LineProtocolWriter _writer = new();
    private readonly LineBody _body = new();

    public bool IsFull => _body.Lines >= sink.Limit.MaxLines || _body.Length >= sink.Limit.MaxBytes;

    public void Add(SpooledMessage message) => _writer.Write(message, _body);

    public async Task<WriteOutcome> SendAsync(ulong next, CancellationToken cancellation)
    {
        var delivery = new LineDelivery(sink.Circuit, sink.Limit, cancellation);
        var pieces = 0;
        for (var rest = _body.All; rest.Count > 0; pieces++)
        {
            var piece = rest.Fitting(sink.Limit.MaxLines, sink.Limit.MaxBytes);
            await delivery.SendAsync(piece);
            rest = rest.After(piece);
        }

        if (delivery.Refused.Count > 0) sink.ReportRefused(delivery.Refused);
        return new(delivery.Refused, 1 + delivery.Requests - pieces);
    }

    public void Dispose()
    {
        _body.Clear();
        sink.TakeBack(this);
    }

    /// <summary>Gives the buffers back to the pool they came from.</summary>
    public void Free() => _body.Dispose();
}
