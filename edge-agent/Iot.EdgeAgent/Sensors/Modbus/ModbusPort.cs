namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Carries bytes to slaves and back. One thread at a time; that may be kept waiting.</summary>
internal abstract class ModbusPort : IDisposable
{
    /// <summary>Opened anew after damage or lasting silence. Not a serial port: adapters reset what hangs on them when they are opened.</summary>
    public abstract bool IsOpenedAnew { get; }

    /// <summary>How long the line must be quiet between two RTU frames.</summary>
    public abstract TimeSpan FrameGap { get; }

    /// <returns>0 when nothing came in time.</returns>
    /// <exception cref="ModbusLineException">The other side has gone.</exception>
    public abstract int Read(Span<byte> buffer, TimeSpan limit);

    /// <exception cref="ModbusLineException">The other side has gone, or takes nothing.</exception>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    public abstract void Dispose();
}
