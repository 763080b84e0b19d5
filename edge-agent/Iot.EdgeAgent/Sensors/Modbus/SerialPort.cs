using Microsoft.Win32.SafeHandles;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>A serial port of Linux, raw and without flow control, for this program alone.</summary>
internal sealed class SerialPort : ModbusPort
{
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private SerialPort(SafeFileHandle file, string path, int baudRate) => (_file, _path, FrameGap) = (file, path, Gap(baudRate));

    public override bool IsOpenedAnew => false;

    public override TimeSpan FrameGap { get; }

    /// <exception cref="ModbusLineException">It is not there (an adapter is unplugged), in use, or cannot be set like that.</exception>
    public static SerialPort Open(ModbusLine line)
    {
        var path = line.Address.Place;
        var file = SerialCalls.Open(path, out var error);
        if (file is null) throw new ModbusLineException($"'{path}' cannot be opened: {error} Is it plugged in, and is this user in the group dialout?");

        var port = new SerialPort(file, path, line.BaudRate);
        if (SerialCalls.Configure(file, line, out error)) return port;

        port.Dispose();
        throw new ModbusLineException($"'{path}' cannot be set to {line.BaudRate} baud, parity {line.Parity}, {line.StopBits} stop bit(s){(line.Rs485 ? ", RS-485" : "")}: {error}");
    }

    public override int Read(Span<byte> buffer, TimeSpan limit)
    {
        if (!SerialCalls.AwaitInput(_file, limit)) return 0;

        var read = SerialCalls.Read(_file, buffer, out var error);
        return read > 0 ? read : throw Gone(error);
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (!SerialCalls.Write(_file, bytes, out var error)) throw Gone(error);
    }

    public override void Dispose() => _file.Dispose();

    /// <summary>3.5 characters of 11 bits; 1.75 ms above 19,200 baud (Modbus over Serial Line v1.02, section 2.5.1.1).</summary>
    internal static TimeSpan Gap(int baudRate) => TimeSpan.FromMilliseconds(baudRate > 19_200 ? 1.75 : 3.5 * 11 * 1000 / baudRate);

    private ModbusLineException Gone(string error) => new($"'{_path}' has gone: {error} It is opened again when it is back.");
}
