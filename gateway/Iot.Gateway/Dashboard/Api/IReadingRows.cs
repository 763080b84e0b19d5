using System.Buffers;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>How an answer of readings is written: row by row, so that a million of them need no memory.</summary>
internal interface IReadingRows : IDisposable
{
    string ContentType { get; }

    void Begin(IBufferWriter<byte> to);

    void Add(in StoredReading reading);

    /// <param name="limit">Not null: there are more rows than this many, and the answer says so.</param>
    /// <param name="next">What to ask for the rest with; null when the store cannot go on.</param>
    void End(int? limit, string? next);
}
