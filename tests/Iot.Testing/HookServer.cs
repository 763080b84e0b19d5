using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;

namespace Iot.Testing;

/// <summary>A receiver of webhooks on 127.0.0.1 that checks signatures as the documentation says, with nothing of ours.</summary>
public sealed class HookServer : IAsyncDisposable
{
    public const string Secret = "a-webhook-secret-5e0f11d2c4";

    private readonly Channel<HookMessage> _messages = Channel.CreateUnbounded<HookMessage>();
    private readonly HttpListener _listener = new();
    private Task? _serving;
    private int _redirected;

    public HookServer()
    {
        Url = new($"http://127.0.0.1:{FreePort.Next()}/hook");
        _listener.Prefixes.Add($"http://127.0.0.1:{Url.Port}/");
    }

    public Uri Url { get; }

    /// <summary>What the next requests are answered, in order; then 204.</summary>
    public ConcurrentQueue<HttpStatusCode> Answers { get; } = new();

    /// <summary>It reads and never answers.</summary>
    public bool IsSilent { get; set; }

    /// <summary>How many followed the redirect.</summary>
    public int Redirected => Volatile.Read(ref _redirected);

    public Task StartAsync()
    {
        _listener.Start();
        _serving = Task.Run(ServeAsync);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        _listener.Close();
        if (_serving is not null) await _serving;
    }

    /// <summary>Within a minute.</summary>
    public async Task<HookMessage> NextAsync(CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(TimeSpan.FromMinutes(1));
        return await _messages.Reader.ReadAsync(limited.Token);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ServeAsync()
    {
        try
        {
            while (true) await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or SocketException)
        {
            // closed: the test is over
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        if (context.Request.Url!.AbsolutePath is "/elsewhere") Interlocked.Increment(ref _redirected);
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var isSigned = IsSigned(body, context.Request.Headers["X-Iot-Signature"] ?? "");
        if (IsSilent) return;

        context.Response.StatusCode = (int)(Answers.TryDequeue(out var answer) ? answer : HttpStatusCode.NoContent);
        if (context.Response.StatusCode is 302) context.Response.RedirectLocation = "/elsewhere";
        context.Response.Close();
        _messages.Writer.TryWrite(new(body, context.Request.ContentType, isSigned));
    }

    private static bool IsSigned(string body, string header)
    {
        var parts = header.Split(',');
        if (parts is not [['t', '=', .. var time], ['v', '1', '=', .. var signature]]) return false;

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(signature));
    }
}

/// <param name="IsSigned">Its signature is right.</param>
public sealed record HookMessage(string Body, string? ContentType, bool IsSigned);
