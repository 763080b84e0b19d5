using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Iot.Testing;

/// <summary>Hostile clients: raw sockets, kept open until the end.</summary>
/// <param name="net">They come from 127.0.net.1 and so on.</param>
/// <param name="addresses">How many of those; at most 200.</param>
public sealed class Attack(int port, byte net, int addresses) : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private int _next;

    /// <summary>Opens <paramref name="count"/> connections that say <paramref name="words"/> and nothing more.</summary>
    public async Task OpenAsync(int count, Func<int, byte[]> words)
    {
        for (var i = 0; i < count; i++)
        {
            if (await ConnectAsync() is not { } socket) continue;

            lock (_sockets) _sockets.Add(socket);
            await SendAsync(socket, words(i));
        }
    }

    /// <summary>One client that publishes until <paramref name="stopping"/>, as fast as the gateway reads; connects again when it is thrown out.</summary>
    public async Task PublishAsync(string device, Func<int, byte[]> payload, CancellationToken stopping)
    {
        for (var sent = 0; !stopping.IsCancellationRequested;)
        {
            using var socket = await ConnectAsync();
            if (socket is null) continue;

            using var hangUp = stopping.Register(socket.Dispose);
            _ = DrainAsync(socket);
            for (var goesOn = await SendAsync(socket, Connect(device)); goesOn && !stopping.IsCancellationRequested; sent++)
                goesOn = await SendAsync(socket, Publish(device, (ushort)((sent % 60_000) + 1), payload(sent)));
        }
    }

    /// <summary>Connects, says CONNECT and hangs up, over and over.</summary>
    public async Task FloodAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var socket = await ConnectAsync();
            if (socket is not null) await SendAsync(socket, Connect($"flood-{i}"));
        }
    }

    public static byte[] Connect(string id) => Packet(0x10, [.. Text("MQTT"), 4, 0b10, 0, 60, .. Text(id)]);

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private static byte[] Publish(string device, ushort id, byte[] payload) =>
        Packet(0x32, [.. Text($"v1/devices/{device}/telemetry"), (byte)(id >> 8), (byte)id, .. payload]);

    /// <summary>Null when the gateway, or this machine, has had enough.</summary>
    private async Task<Socket?> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, net, (byte)(1 + (Interlocked.Increment(ref _next) % addresses))]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static async Task<bool> SendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            if (bytes.Length > 0) await socket.SendAsync(bytes);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false; // thrown out
        }
    }

    private static async Task DrainAsync(Socket socket)
    {
        var bytes = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(bytes) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // thrown out
        }
    }

    private static byte[] Text(string text) => [.. Two((ushort)text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Two(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Packet(byte first, byte[] body)
    {
        var header = new List<byte> { first };
        for (var rest = body.Length; ; rest >>= 7)
        {
            header.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            if (rest <= 0x7F) return [.. header, .. body];
        }
    }
}
