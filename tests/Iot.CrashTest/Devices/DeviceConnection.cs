using System.Net;
using System.Net.Sockets;
using Iot.CrashTest.Recording;

namespace Iot.CrashTest.Devices;

/// <summary>One MQTT connection of a device over a raw socket.</summary>
internal sealed class DeviceConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[4096];

    private DeviceConnection()
    {
    }

    /// <exception cref="SocketException">Nobody listens.</exception>
    /// <exception cref="IOException">It was hung up.</exception>
    public static async Task<DeviceConnection> OpenAsync(int port, int protocol, string client, CancellationToken cancellation)
    {
        var connection = new DeviceConnection();
        try
        {
            await connection._socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            await connection._socket.SendAsync(MqttPacket.WriteConnect(protocol, client), cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async Task SendAsync(byte[] packet, CancellationToken cancellation) => await _socket.SendAsync(packet, cancellation);

    /// <summary>Until the connection ends.</summary>
    /// <param name="answered">Packet id, and whether the message was taken.</param>
    public async Task ReceiveAsync(Action welcome, Action<ushort, bool> answered, CancellationToken cancellation)
    {
        var packets = new PacketSplitter((head, body) =>
        {
            switch (head & 0xF0)
            {
                case MqttPacket.ConnAck when body[1] == 0:
                    welcome();
                    break;
                case MqttPacket.PubAck:
                    var taken = MqttPacket.ReadPubAck(body, out var id);
                    answered(id, taken);
                    break;
            }
        });
        while (await _socket.ReceiveAsync(_buffer, cancellation) is > 0 and var length) packets.Take(_buffer.AsSpan(0, length));

        throw new IOException("The connection was hung up.");
    }

    public void Dispose() => _socket.Dispose();
}
