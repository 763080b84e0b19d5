using System.Buffers;

namespace Iot.Wire.Tests;

/// <summary>The hot path allocates nothing once its buffers have grown.</summary>
public class AllocationTests
{
    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void Decoding_allocates_nothing(Form form)
    {
        var payload = Packs.Encode(form, Hundred());
        var batch = new ReadingBatch();

        AssertNothingAllocated(() => Assert.True(Packs.TryDecode(form, payload, Packs.Context(), batch, out _)));
    }

    [Fact]
    public void Decoding_zstd_allocates_nothing()
    {
        using var packer = new PayloadPacker(PayloadCompression.Zstd);
        using var decoder = new PayloadDecoder(64 * 1024);
        var payload = new ArrayBufferWriter<byte>();
        packer.Pack(Packs.Encode(Form.Cbor, Hundred()), payload);
        var batch = new ReadingBatch();

        AssertNothingAllocated(() => Assert.True(decoder.TryDecode(payload.WrittenSpan, Packs.Context(), batch, out _)));
    }

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void Escapes_pieces_and_defects_allocate_nothing(Form form)
    {
        var payload = Packs.Bytes(form, """
            [{"n":"e\u006ev/a","v":1,"x":[1,{"y":"z"}],"\u0075":"m\u00b3"},{"n":"b","v":"1"},{"n":"c","v":12345678901234567890123},
             {"n":"d","vs":"\ud83d\ude00"},{"n":"e","vd":"aGkgCg"},{"n":"f","v":1.2345678901234567,"t":1.5},{"must_":1}]
            """);
        var batch = new ReadingBatch();

        AssertNothingAllocated(() => Assert.True(Packs.TryDecode(form, payload, Packs.Context(), batch, out _)));
    }

    [Fact]
    public void Encoding_cbor_allocates_nothing()
    {
        var batch = Hundred();
        var to = new ArrayBufferWriter<byte>(64 * 1024);

        AssertNothingAllocated(() =>
        {
            to.ResetWrittenCount();
            SenMlCborEncoder.Encode(batch, to);
        });
    }

    private static void AssertNothingAllocated(Action action)
    {
        for (var i = 0; i < 50; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) action();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ReadingBatch Hundred()
    {
        var batch = new ReadingBatch { Device = Packs.Pump, Identity = new(1, 3, 2) };
        for (var i = 0; i < 100; i++)
        {
            batch.Add(new()
            {
                Measurement = batch.AddText("env"),
                Field = batch.AddText($"field{i % 30}"),
                Unit = batch.AddText("Cel"),
                TimeNs = Packs.ReceivedAtNs + i / 10 * 1_000_000L,
                Kind = ReadingKind.Float,
                Number = i / 3.0,
                Sum = double.NaN,
            });
        }

        return batch;
    }
}
