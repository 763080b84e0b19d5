using System.Net;
using System.Net.Sockets;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>A slave that misbehaves as told, which no real one does on demand. Speaks Modbus TCP, or RTU over TCP.</summary>
internal sealed class ScriptedSlave : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<byte[], byte[]?> _script;
    private readonly int _questionBytes;
    private readonly Task _serving;
    private int _connections;
    private int _questions;

    /// <param name="script">Given a question, gives the bytes to send; empty: none; null: hangs up.</param>
    /// <param name="isRtu">A question is 8 bytes instead of 12.</param>
    public ScriptedSlave(Func<byte[], byte[]?> script, bool isRtu = false)
    {
        (_script, _questionBytes) = (script, isRtu ? 8 : 12);
        _listener.Start();
        Url = $"{(isRtu ? "rtu+tcp" : "tcp")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    public string Url { get; }

    public int Connections => Volatile.Read(ref _connections);

    public int Questions => Volatile.Read(ref _questions);

    /// <summary>An honest Modbus TCP answer to a read of registers: each holds its own address, plus <paramref name="plus"/>.</summary>
    public static byte[] Answer(byte[] question, int plus = 0)
    {
        var (address, count) = ((question[8] << 8) | question[9], (question[10] << 8) | question[11]);
        byte[] frame = [question[0], question[1], 0, 0, 0, (byte)(3 + count * 2), question[6], question[7], (byte)(count * 2), .. new byte[count * 2]];
        for (var i = 0; i < count; i++) (frame[9 + 2 * i], frame[10 + 2 * i]) = ((byte)((address + i + plus) >> 8), (byte)(address + i + plus));
        return frame;
    }

    public static byte[] Refusal(byte[] question, byte code) => [question[0], question[1], 0, 0, 0, 3, question[6], (byte)(question[7] | 0x80), code];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _end.Dispose();
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                clients.Add(AnswerAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using var owned = client;
            var question = new byte[_questionBytes];
            while (true)
            {
                await client.GetStream().ReadExactlyAsync(question, _end.Token);
                Interlocked.Increment(ref _questions);
                if (_script([.. question]) is not { } answer) return;

                await client.GetStream().WriteAsync(answer, _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // the agent hung up, or the test is over
        }
    }
}
