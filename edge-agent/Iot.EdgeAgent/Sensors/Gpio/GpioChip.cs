using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>A GPIO chip by the kernel's own character device, uAPI version 2 of Linux 5.10: include/uapi/linux/gpio.h.</summary>
/// <remarks>No library is needed. libgpiod's name and interface differ between Debian 12 and 13, and /sys/class/gpio is going away (ADR 26).</remarks>
internal sealed partial class GpioChip : IDisposable
{
    private const int NameBytes = 32;
    private const uint ChipInfoRequest = 0x8044B401;
    private const uint LineInfoRequest = 0xC100B405;
    private const uint LineRequest = 0xC250B407;
    private const int NoInterrupt = 6; // ENXIO
    private const int Busy = 16;
    private const ulong Used = 1;
    private const uint EventBuffer = 1024; // the most that the kernel keeps

    private readonly SafeFileHandle _handle;

    private GpioChip(string path, SafeFileHandle handle, string label, int lines) => (Path, _handle, Label, Lines) = (path, handle, label, lines);

    public string Path { get; }

    /// <summary>What the driver calls it: <c>pinctrl-bcm2711</c>.</summary>
    public string Label { get; }

    public int Lines { get; }

    public static IEnumerable<string> All(string devPath) => Directory.Exists(devPath)
        ? Directory.EnumerateFileSystemEntries(devPath, "gpiochip*").Order(StringComparer.Ordinal)
        : [];

    /// <exception cref="IOException">There is none of that name.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not use it: on most systems those of the group gpio may.</exception>
    public static GpioChip Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var info = new byte[2 * NameBytes + 4];
        if (Control(handle, ChipInfoRequest, ref info[0]) == 0)
            return new(path, handle, Text(info.AsSpan(NameBytes, NameBytes)), (int)MemoryMarshal.Read<uint>(info.AsSpan(2 * NameBytes)));

        var error = Marshal.GetLastPInvokeErrorMessage();
        handle.Dispose();
        throw new IOException($"'{path}' is no GPIO chip: {error}.");
    }

    /// <summary>Name, who uses it, and whether it is in use.</summary>
    public (string Name, string Consumer, bool IsUsed) Describe(int line)
    {
        var info = new byte[256];
        MemoryMarshal.Write(info.AsSpan(64), (uint)line);
        if (Control(_handle, LineInfoRequest, ref info[0]) != 0) throw Failure($"line {line} cannot be looked up");

        return (Text(info.AsSpan(0, NameBytes)), Text(info.AsSpan(NameBytes, NameBytes)), (MemoryMarshal.Read<ulong>(info.AsSpan(72)) & Used) != 0);
    }

    /// <summary>The number of the line of that name or number; null when this chip has none.</summary>
    public int? Find(string line)
    {
        if (int.TryParse(line, System.Globalization.CultureInfo.InvariantCulture, out var number)) return number >= 0 && number < Lines ? number : null;

        return Enumerable.Range(0, Lines).Cast<int?>().FirstOrDefault(candidate => Describe(candidate!.Value).Name.Equals(line, StringComparison.Ordinal));
    }

    /// <summary>Takes a line as an input. Where the chip has no interrupts its changes cannot be seen, only how it stands.</summary>
    public GpioLine Take(int line, GpioRequest request)
    {
        var bytes = request.ToBytes((uint)line, EventBuffer);
        var edges = true;
        var failed = Control(_handle, LineRequest, ref bytes[0]) != 0;
        if (failed && Marshal.GetLastPInvokeError() == NoInterrupt)
        {
            edges = false;
            bytes = request.WithoutEdges().ToBytes((uint)line, 0);
            failed = Control(_handle, LineRequest, ref bytes[0]) != 0;
        }

        if (!failed) return new(new(MemoryMarshal.Read<int>(bytes.AsSpan(GpioRequest.HandleAt)), ownsHandle: true), $"{Path} line {line}", edges);
        if (Marshal.GetLastPInvokeError() == Busy) throw new IOException($"{Path}: line {line} is in use by '{Describe(line).Consumer}'.");

        throw Failure($"line {line} cannot be taken as an input");
    }

    public void Dispose() => _handle.Dispose();

    private IOException Failure(string what) => new($"{Path}: {what}: {Marshal.GetLastPInvokeErrorMessage()}.");

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, ref byte argument);
}
