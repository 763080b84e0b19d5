using System.Globalization;
using System.Text;

namespace Iot.EndToEnd.Tests.Load;

/// <summary>One batch of a load device; all that is in it follows from device and sequence number, so it can be checked.</summary>
internal readonly record struct LoadBatch(LoadDevice Device, int Seq)
{
    public const int Readings = 5;

    /// <summary>As SenML JSON with identity.</summary>
    public byte[] Payload()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[{{\"bn\":\"{Device.Id}:load/\",\"n\":\"v\",\"epoch\":\"{Device.Epoch:x16}\",\"seq\":{Seq},");
        foreach (var (timeNs, value) in Points())
            text.Append(CultureInfo.InvariantCulture, $"{(text[^1] == ',' ? "" : ",{\"n\":\"v\",")}\"t\":{timeNs / 1_000_000_000}.{timeNs % 1_000_000_000:000000000},\"v\":{value}}}");
        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    /// <summary>Times are unique in the device, and so are values.</summary>
    public IEnumerable<KeyValuePair<long, double>> Points()
    {
        for (var i = 0; i < Readings; i++)
        {
            var number = ((Seq - 1L) * Readings) + i;
            yield return new(Device.FirstNs + (number * 10_000_001), (Device.Number * 1_000_000.0) + number);
        }
    }
}
