using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>An input that was taken from its chip. The kernel keeps its changes, the last 1,024 of them, until they are fetched.</summary>
/// <param name="handle">Of the line, or in tests of a pipe that gives events as the kernel does.</param>
/// <param name="name">For messages.</param>
/// <param name="hasEdges">False: the chip has no interrupts, and tells no changes.</param>
internal sealed partial class GpioLine(SafeFileHandle handle, string name, bool hasEdges) : IDisposable
{
    private const int EventSize = 48; // struct gpio_v2_line_event
    private const uint Rising = 1;
    private const uint ValuesRequest = 0xC010B40E;
    private const short Readable = 1; // POLLIN
    private const int Interrupted = 4; // EINTR

    private readonly byte[] _events = new byte[64 * EventSize];

    public string Name => name;

    public bool HasEdges => hasEdges;

    public static GpioLine Take(string devPath, GpioOptions options, bool falling)
    {
        var request = new GpioRequest(options.ActiveLow, options.Bias, options.Debounce, Rising: true, falling);
        var isNumber = int.TryParse(options.Line, System.Globalization.CultureInfo.InvariantCulture, out _);
        var paths = options.Chip is null && !isNumber ? GpioChip.All(devPath) : [Path.Combine(devPath, options.Chip ?? "gpiochip0")];
        foreach (var path in paths)
        {
            using var chip = GpioChip.Open(path);
            if (chip.Find(options.Line!) is { } number) return chip.Take(number, request);
        }

        throw new IOException($"There is no GPIO line {options.Line} on {options.Chip ?? (isNumber ? "gpiochip0" : "any chip")}; see iot-edge-agent sensors list.");
    }

    /// <summary>How it stands now.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public bool IsActive()
    {
        var values = new byte[16];
        values[8] = 1; // the mask: the first line of the request
        if (Control(handle, ValuesRequest, ref values[0]) != 0) throw Failure();

        return (values[0] & 1) != 0;
    }

    /// <summary>All changes since the last call, oldest first. Does not wait.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public void Fetch(List<GpioEdge> into)
    {
        into.Clear();
        while (hasEdges && IsReadable())
        {
            var length = (int)Read(handle, ref _events[0], (nuint)_events.Length);
            if (length < 0 && Marshal.GetLastPInvokeError() == Interrupted) continue;
            if (length < 0) throw Failure();
            if (length < EventSize) throw new IOException($"{name} gives no more events; it is taken anew.");

            for (var at = 0; at + EventSize <= length; at += EventSize) into.Add(Edge(_events.AsSpan(at)));
        }
    }

    public void Dispose() => handle.Dispose();

    private static GpioEdge Edge(ReadOnlySpan<byte> bytes) => new(
        MemoryMarshal.Read<long>(bytes), MemoryMarshal.Read<uint>(bytes[8..]) == Rising, MemoryMarshal.Read<uint>(bytes[20..]));

    private bool IsReadable()
    {
        var poll = new PollEntry { File = (int)handle.DangerousGetHandle(), Wanted = Readable };
        return Poll(ref poll, 1, 0) > 0; // also when the chip is gone: the read then says so
    }

    private IOException Failure() => new($"{name} cannot be read: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, ref byte buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int File;
        public short Wanted;
        public short Found;
    }
}

/// <summary>One change of an input.</summary>
/// <param name="AtNs">When, by the kernel's monotonic clock.</param>
/// <param name="IsActive">What it changed to.</param>
/// <param name="Number">1 for the first since the line was taken; those that the kernel could not keep have one, too.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GpioEdge(long AtNs, bool IsActive, uint Number);
