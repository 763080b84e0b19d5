using System.Buffers;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Makes the bytes of a batch: SenML in CBOR, packed with zstd where that makes it smaller.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class BatchEncoder
{
    private readonly ArrayBufferWriter<byte> _plain = new(4096);

    /// <returns>Valid until the next call.</returns>
    public ReadOnlyMemory<byte> Encode(ReadingBatch batch)
    {
        _plain.ResetWrittenCount();
        SenMlCborEncoder.Encode(batch, _plain);
        return _plain.WrittenMemory;
    }
}
