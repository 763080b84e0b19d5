using System.Globalization;
using System.Text;

namespace Iot.CrashTest.Devices;

/// <summary>One batch of a device; all that is in it follows from device and seq.</summary>
internal static class DeviceBatch
{
    private const int MostReadings = 12;
    private const long StepNs = 1_000_003;

    /// <summary>SenML JSON with identity. Times rise from batch to batch, values tell which batch they came in.</summary>
    public static byte[] Payload(Device device, ulong seq)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[{{\"bn\":\"{device.Id}:crash/\",\"epoch\":\"{device.Epoch:x16}\",\"seq\":{seq},");
        var readings = 1 + (int)((seq * 7) % MostReadings);
        for (var i = 0; i < readings; i++)
        {
            var timeNs = device.FirstNs + ((((long)seq * MostReadings) + i) * StepNs);
            var value = (seq * MostReadings) + (ulong)i + (device.Number / 1000m);
            if (i > 0) text.Append(",{");
            text.Append(CultureInfo.InvariantCulture, $"\"n\":\"{(i % 2 == 0 ? 'a' : 'b')}\",\"t\":{timeNs / 1_000_000_000}.{timeNs % 1_000_000_000:000000000},\"v\":{value}}}");
        }

        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }
}
