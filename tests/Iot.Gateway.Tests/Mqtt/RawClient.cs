using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>An MQTT client that sends whatever it is told to, byte for byte.</summary>
internal sealed class RawClient : IDisposable
{
    public const string Telemetry = "v1/devices/pump-7/telemetry";

    private readonly TcpClient _tcp;
    private readonly Stream? _tls;
    private readonly byte _version;

    private RawClient(byte version, string from)
    {
        _version = version;
        _tcp = new(new IPEndPoint(IPAddress.Parse(from), 0)) { NoDelay = true };
    }

    private RawClient(byte version, Stream tls) => (_version, _tcp, _tls) = (version, new(), tls);

    private Stream Stream => _tls ?? _tcp.GetStream();

    /// <param name="version">4 is MQTT 3.1.1, 5 is 5.</param>
    /// <param name="from">An address of this machine: any that begins with 127.</param>
    public static async Task<RawClient> OpenAsync(int port, byte version = 5, string from = "127.0.0.1")
    {
        var client = new RawClient(version, from);
        await client._tcp.ConnectAsync("127.0.0.1", port);
        return client;
    }

    /// <summary>Over a connection that the test opened, and closes.</summary>
    public static RawClient Open(Stream tls, byte version = 5) => new(version, tls);

    /// <inheritdoc cref="ConnectAsync(int, byte, string, ushort, string)"/>
    public static async Task<RawClient> ConnectAsync(Stream tls, string id, byte version = 5)
    {
        var client = Open(tls, version);
        await client.WelcomedAsync(id, keepAlive: 60);
        return client;
    }

    /// <summary>Opens, sends CONNECT and takes a good CONNACK.</summary>
    public static async Task<RawClient> ConnectAsync(int port, byte version = 5, string id = "raw", ushort keepAlive = 60, string from = "127.0.0.1")
    {
        var client = await OpenAsync(port, version, from);
        await client.WelcomedAsync(id, keepAlive);
        return client;
    }

    public byte[] Connect(string id, ushort keepAlive = 60, byte flags = 0b10) =>
        Packet(0x10, [.. Text("MQTT"), _version, flags, .. Two(keepAlive), .. NoProperties, .. Text(id)]);

    public byte[] Publish(ushort id, string payload = "[]", byte qos = 1, string topic = Telemetry) =>
        Packet((byte)(0x30 | (qos << 1)), [.. Text(topic), .. qos == 0 ? [] : Two(id), .. NoProperties, .. Encoding.UTF8.GetBytes(payload)]);

    public byte[] Subscribe(ushort id, params (string Filter, byte Qos)[] filters) =>
        Packet(0x82, [.. Two(id), .. NoProperties, .. filters.SelectMany(filter => (byte[])[.. Text(filter.Filter), filter.Qos])]);

    public static byte[] PubRel(ushort id) => [0x62, 2, .. Two(id)];

    public static byte[] Packet(byte first, byte[] body)
    {
        var header = new List<byte> { first };
        var rest = body.Length;
        do
        {
            header.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            rest >>= 7;
        }
        while (rest > 0);

        return [.. header, .. body];
    }

    public static byte[] Two(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Text(string text) => [.. Two((ushort)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public async Task SendAsync(params byte[][] packets) => await Stream.WriteAsync(packets.SelectMany(packet => packet).ToArray());

    /// <summary>False when the server does not take it all within <paramref name="limit"/>.</summary>
    public async Task<bool> TrySendAsync(TimeSpan limit, byte[][] packets)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await Stream.WriteAsync(packets.SelectMany(packet => packet).ToArray(), patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>One whole packet; empty when the server has closed.</summary>
    /// <param name="seconds">At most.</param>
    public async Task<byte[]> ReadPacketAsync(int seconds = 10)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var header = new byte[2];
        try
        {
            if (await Stream.ReadAtLeastAsync(header, 2, throwOnEndOfStream: false, patience.Token) < 2) return [];

            Assert.True(header[1] < 128, "a test packet is short");
            var body = new byte[header[1]];
            await Stream.ReadExactlyAsync(body, patience.Token);
            return [.. header, .. body];
        }
        catch (IOException)
        {
            return []; // reset: the server closed with bytes of ours unread
        }
    }

    /// <summary>True once the server has closed, whatever it said before.</summary>
    public async Task<bool> EndsAsync(CancellationToken patience)
    {
        try
        {
            await Stream.CopyToAsync(System.IO.Stream.Null, patience);
            return true;
        }
        catch (IOException)
        {
            return true; // reset
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>True when nothing comes within 200 ms: for what must not happen, where there is no signal to wait for.</summary>
    public async Task<bool> IsSilentAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            await Stream.ReadExactlyAsync(new byte[1], patience.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Hangs up with a reset: what is under way in either direction is lost.</summary>
    public void Reset()
    {
        _tcp.LingerState = new(enable: true, seconds: 0);
        _tcp.Close();
    }

    public void Dispose() => _tcp.Dispose();

    private async Task WelcomedAsync(string id, ushort keepAlive)
    {
        await SendAsync(Connect(id, keepAlive));
        var answer = await ReadPacketAsync();
        Assert.Equal(0x20, answer[0]);
        Assert.Equal(0, answer[3]);
    }

    private byte[] NoProperties => _version == 5 ? [0] : [];
}
