using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Iot.Gateway.Tests.Influx;

/// <summary>An HTTP server on 127.0.0.1 that answers as written down, byte for byte, one answer a request; the last one again and again.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, ScriptedAnswer> _next;
    private readonly Channel<ReceivedRequest> _received = Channel.CreateUnbounded<ReceivedRequest>();
    private readonly Task _serving;

    public ScriptedServer(params ScriptedAnswer[] script)
        : this(InTurn(new(script)))
    {
    }

    /// <param name="next">Asked for each request, before its body is read.</param>
    /// <param name="port">0: any.</param>
    public ScriptedServer(Func<ScriptedAnswer> next, int port = 0)
        : this(_ => next(), port)
    {
    }

    /// <param name="next">Gets the head of each request, before its body is read.</param>
    /// <param name="port">0: any.</param>
    public ScriptedServer(Func<string, ScriptedAnswer> next, int port = 0)
    {
        (_next, _listener) = (next, new(IPAddress.Loopback, port));
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public async Task<ReceivedRequest> ReceivedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _received.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    /// <summary>Of the body that follows this head, in bytes.</summary>
    public static int LengthOf(string head) => int.Parse(
        head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))[15..], CultureInfo.InvariantCulture);

    private static Func<ScriptedAnswer> InTurn(Queue<ScriptedAnswer> script) => () =>
    {
        lock (script) return script.Count > 1 ? script.Dequeue() : script.Peek();
    };

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is (OperationCanceledException or SocketException))
        {
            await Task.WhenAll(connections); // the socket may end before it has heard of the cancellation
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            try
            {
                while (await ReadHeadAsync(stream) is { } head)
                {
                    var answer = _next(head);
                    var asksFirst = head.Contains("Expect: 100-continue", StringComparison.OrdinalIgnoreCase);
                    if (asksFirst && !answer.AtHead) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
                    var body = answer.AtHead ? [] : await ReadBodyAsync(stream, head, answer.ResetAfterBytes);
                    _received.Writer.TryWrite(new(head, body));
                    if (answer.Reset || answer.ResetAfterBytes is not null)
                    {
                        client.LingerState = new(true, 0); // RST
                        return;
                    }

                    if (answer.Judge is { } judge) answer = await judge(body).WaitAsync(_stop.Token);
                    if (answer.Silent) await Task.Delay(Timeout.Infinite, _stop.Token);
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToHttp()), _stop.Token);
                    if (answer.AtHead || answer.CutBody) return;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // the client went away, or the test is over
            }
        }
    }

    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count > 3 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
            head.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. head]);
    }

    private async Task<byte[]> ReadBodyAsync(NetworkStream stream, string head, int? most)
    {
        var body = new byte[Math.Min(LengthOf(head), most ?? int.MaxValue)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return body;
    }
}

internal sealed record ReceivedRequest(string Head, byte[] Body);

/// <summary>One answer, or the lack of it.</summary>
internal sealed record ScriptedAnswer(int Status, string Body = "", string Headers = "")
{
    /// <summary>Answers before the body is read, then closes, as influxd does with 413.</summary>
    public bool AtHead { get; init; }

    /// <summary>Reads the request and breaks the connection.</summary>
    public bool Reset { get; init; }

    /// <summary>Breaks the connection in the middle of the request.</summary>
    public int? ResetAfterBytes { get; init; }

    /// <summary>Promises more than it sends, then closes.</summary>
    public bool CutBody { get; init; }

    /// <summary>Reads the body and answers as this says.</summary>
    public Func<byte[], Task<ScriptedAnswer>>? Judge { get; init; }

    /// <summary>Never answers.</summary>
    public bool Silent { get; init; }

    public string ToHttp()
    {
        var length = Status == 204 ? "" : $"Content-Length: {Encoding.UTF8.GetByteCount(Body) + (CutBody ? 100 : 0)}\r\n";
        var close = AtHead ? "Connection: close\r\n" : "";
        return $"HTTP/1.1 {Status} Scripted\r\n{length}{close}{Headers}\r\n{Body}";
    }
}
