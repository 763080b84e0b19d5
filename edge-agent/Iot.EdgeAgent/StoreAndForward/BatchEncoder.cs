using System.Buffers;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Makes the bytes of a batch: SenML in CBOR, packed where that makes it smaller.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class BatchEncoder(PayloadCompression compression) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _plain = new(4096);
    private readonly ArrayBufferWriter<byte> _packed = new(4096);
    private readonly PayloadPacker _packer = new(compression);

    /// <returns>Valid until the next call.</returns>
    public ReadOnlyMemory<byte> Encode(ReadingBatch batch)
    {
        _plain.ResetWrittenCount();
        SenMlCborEncoder.Encode(batch, _plain);
        if (compression == PayloadCompression.None) return _plain.WrittenMemory;

        _packed.ResetWrittenCount();
        _packer.Pack(_plain.WrittenSpan, _packed);
        return _packed.WrittenCount < _plain.WrittenCount ? _packed.WrittenMemory : _plain.WrittenMemory;
    }

    public void Dispose() => _packer.Dispose();
}
