using System.Text;
using Iot.Wire;

namespace Iot.Fuzz;

internal sealed class SenMlJsonTarget : FuzzTarget
{
    public override string Name => "senml-json";

    public override IEnumerable<byte[]> Seeds => SenMlSamples.Json.Select(Encoding.UTF8.GetBytes);

    public override void Run(byte[] input)
    {
        var meter = AllocationMeter.Start();
        var batch = new ReadingBatch();
        var decoded = SenMlJsonDecoder.TryDecode(input, SenMlPromises.Context, batch, out var why);
        meter.AssertInProportion(input.Length, SenMlPromises.MostAllocatedPerByte);

        SenMlPromises.AreKept(decoded, why, batch, input.Length);
    }
}
