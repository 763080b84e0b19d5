using System.Net.Sockets;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>A TCP connection to a slave or to a gateway before slaves.</summary>
internal sealed class TcpPort : ModbusPort
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _endpoint;

    private TcpPort(string endpoint) => _endpoint = endpoint;

    public override bool IsOpenedAnew => true;

    /// <summary>The converter keeps the silence on its line; this is only to see bytes that came too late.</summary>
    public override TimeSpan FrameGap => TimeSpan.FromMilliseconds(2);

    /// <exception cref="ModbusLineException">Nobody is there, or not in time.</exception>
    public static TcpPort Open(string host, int port, TimeSpan timeout)
    {
        var opened = new TcpPort($"{host}:{port}");
        try
        {
            using var limit = new CancellationTokenSource(timeout);
            opened._socket.ConnectAsync(host, port, limit.Token).AsTask().GetAwaiter().GetResult();
            opened._socket.SendTimeout = (int)timeout.TotalMilliseconds;
            return opened;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            opened.Dispose();
            var reason = e is SocketException ? e.Message : "no answer in time";
            throw new ModbusLineException($"No connection to {host}:{port}: {reason}. Check address, cable and power.", e);
        }
    }

    public override int Read(Span<byte> buffer, TimeSpan limit)
    {
        try
        {
            if (!_socket.Poll(limit, SelectMode.SelectRead)) return 0;

            var read = _socket.Receive(buffer);
            return read > 0 ? read : throw new ModbusLineException($"{_endpoint} has closed the connection.");
        }
        catch (SocketException e)
        {
            throw new ModbusLineException($"{_endpoint}: {e.Message}.", e);
        }
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
        }
        catch (SocketException e)
        {
            throw new ModbusLineException($"{_endpoint}: {e.Message}.", e);
        }
    }

    public override void Dispose() => _socket.Dispose();
}
