using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>How a line is to be taken, and the bytes that tell the kernel: <c>struct gpio_v2_line_request</c>.</summary>
/// <param name="Rising">Changes to active are to be told.</param>
/// <param name="Falling">Changes to inactive are to be told.</param>
internal sealed record GpioRequest(bool ActiveLow, GpioBias Bias, TimeSpan Debounce, bool Rising, bool Falling)
{
    /// <summary>Where the kernel puts the handle of the line.</summary>
    public const int HandleAt = 588;

    private const int Size = 592;
    private const int ConsumerAt = 256;
    private const int FlagsAt = 288;
    private const int AttributesAt = 296;
    private const int FirstAttributeAt = 320;
    private const int LinesAt = 560;
    private const int BufferAt = 564;
    private const uint DebounceAttribute = 3;

    public GpioRequest WithoutEdges() => this with { Rising = false, Falling = false, Debounce = TimeSpan.Zero };

    public byte[] ToBytes(uint line, uint eventBuffer)
    {
        var bytes = new byte[Size];
        MemoryMarshal.Write(bytes, line);
        "iot-edge-agent"u8.CopyTo(bytes.AsSpan(ConsumerAt));
        MemoryMarshal.Write(bytes.AsSpan(FlagsAt), Flags());
        MemoryMarshal.Write(bytes.AsSpan(LinesAt), 1u);
        MemoryMarshal.Write(bytes.AsSpan(BufferAt), eventBuffer);
        if (Debounce == TimeSpan.Zero) return bytes;

        MemoryMarshal.Write(bytes.AsSpan(AttributesAt), 1u);
        MemoryMarshal.Write(bytes.AsSpan(FirstAttributeAt), DebounceAttribute);
        MemoryMarshal.Write(bytes.AsSpan(FirstAttributeAt + 8), (uint)Debounce.TotalMicroseconds);
        MemoryMarshal.Write(bytes.AsSpan(FirstAttributeAt + 16), 1UL); // for the first line of the request
        return bytes;
    }

    private ulong Flags() =>
        (ActiveLow ? 1UL << 1 : 0) | 1UL << 2 | (Rising ? 1UL << 4 : 0) | (Falling ? 1UL << 5 : 0) | Bias switch
        {
            GpioBias.PullUp => 1UL << 8,
            GpioBias.PullDown => 1UL << 9,
            GpioBias.None => 1UL << 10,
            _ => 0,
        };
}
