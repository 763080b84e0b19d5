using Iot.Wire;

namespace Iot.Fuzz;

internal sealed class SenMlCborTarget : FuzzTarget
{
    public override string Name => "senml-cbor";

    public override IEnumerable<byte[]> Seeds => SenMlSamples.Cbor;

    public override void Run(byte[] input)
    {
        var meter = AllocationMeter.Start();
        var batch = new ReadingBatch();
        var decoded = SenMlCborDecoder.TryDecode(input, SenMlPromises.Context, batch, out var why);
        meter.AssertInProportion(input.Length, SenMlPromises.MostAllocatedPerByte);

        SenMlPromises.AreKept(decoded, why, batch, input.Length);
    }
}
