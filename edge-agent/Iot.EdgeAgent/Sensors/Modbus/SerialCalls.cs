using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>What Linux offers for serial ports; numbers and layouts are those of x86-64, arm64 and arm (asm-generic/termbits.h, linux/serial.h).</summary>
/// <remarks>By hand: System.IO.Ports would add a native library of its own beside the program.</remarks>
internal static unsafe partial class SerialCalls
{
    private const int ReadWrite = 0x2, NoControllingTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;
    private const nuint GetTerminal = 0x802C542A, SetTerminal = 0x402C542B, Exclusive = 0x540C, SetRs485 = 0x542F;
    private const short HasInput = 1;
    private const int TryAgain = 11;

    private const uint EightBits = 0x30, TwoStopBits = 0x40, MayReceive = 0x80, ParityOn = 0x100, ParityOdd = 0x200, IgnoreModem = 0x800, SpeedAsNumber = 0x1000;
    private const uint Rs485On = 1, RtsWhileSending = 2;

    public static SafeFileHandle? Open(string path, out string error)
    {
        var file = OpenFile(path, ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec);
        error = file < 0 ? LastError() : "";
        return file < 0 ? null : new(file, ownsHandle: true);
    }

    public static bool Configure(SafeFileHandle file, ModbusLine line, out string error)
    {
        var terminal = default(Terminal);
        var isSet = Control(file, Exclusive, null) == 0 && Control(file, GetTerminal, &terminal) == 0;
        if (isSet)
        {
            terminal.InputModes = terminal.OutputModes = terminal.LocalModes = 0;
            terminal.ControlModes = EightBits | MayReceive | IgnoreModem | SpeedAsNumber
                | (line.StopBits == 2 ? TwoStopBits : 0)
                | (line.Parity != SerialParity.None ? ParityOn : 0)
                | (line.Parity == SerialParity.Odd ? ParityOdd : 0);
            terminal.InputSpeed = terminal.OutputSpeed = (uint)line.BaudRate;
            isSet = Control(file, SetTerminal, &terminal) == 0;
        }

        if (isSet && line.Rs485)
        {
            var rs485 = new Rs485 { Flags = Rs485On | RtsWhileSending };
            isSet = Control(file, SetRs485, &rs485) == 0;
        }

        error = isSet ? "" : LastError();
        return isSet;
    }

    /// <summary>True also when the port has gone, which reading then tells.</summary>
    public static bool AwaitInput(SafeFileHandle file, TimeSpan limit)
    {
        var asked = new Poll { File = (int)file.DangerousGetHandle(), Events = HasInput };
        return PollFiles(&asked, 1, (int)Math.Ceiling(Math.Max(0, limit.TotalMilliseconds))) > 0;
    }

    /// <returns>0 or less when the port has gone.</returns>
    public static int Read(SafeFileHandle file, Span<byte> buffer, out string error)
    {
        fixed (byte* start = buffer)
        {
            var read = (int)ReadFile(file, start, (nuint)buffer.Length);
            error = read == 0 ? "it was unplugged." : LastError();
            return read;
        }
    }

    /// <summary>A frame is smaller than the driver's buffer: one that does not take it is as good as gone.</summary>
    public static bool Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, out string error)
    {
        fixed (byte* start = bytes)
        {
            var written = WriteFile(file, start, (nuint)bytes.Length);
            error = written >= 0 || Marshal.GetLastPInvokeError() == TryAgain ? "it takes no more bytes." : LastError();
            return written == bytes.Length;
        }
    }

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()) + ".";

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollFiles(Poll* files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle file, byte* buffer, nuint length);

    private struct Terminal
    {
        public uint InputModes, OutputModes, ControlModes, LocalModes;
        public fixed byte LineAndCharacters[20];
        public uint InputSpeed, OutputSpeed;
    }

    private struct Rs485
    {
        public uint Flags;
        public fixed uint DelaysAndPadding[7];
    }

    private struct Poll
    {
        public int File;
        public short Events;
        public short Found;
    }
}
