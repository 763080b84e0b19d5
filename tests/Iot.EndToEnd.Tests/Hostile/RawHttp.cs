using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Hostile;

/// <summary>HTTP byte for byte: a client of the framework would tidy up what is asked.</summary>
internal static class RawHttp
{
    public static Task<RawAnswer> AskAsync(GatewayProcess gateway, string method, string target, string body = "", string type = "application/json") => SendAsync(
        gateway, string.Create(CultureInfo.InvariantCulture, $"{Head(gateway, method, target)}Content-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Request line and Host; the end of the headers is the caller's.</summary>
    public static string Head(GatewayProcess gateway, string method, string target) =>
        string.Create(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{gateway.Http.BaseAddress!.Port}\r\nConnection: close\r\n");

    public static async Task<RawAnswer> SendAsync(GatewayProcess gateway, string request)
    {
        using var socket = await OpenAsync(gateway);
        try
        {
            await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
        }
        catch (IOException)
        {
            return await ReadAsync(socket); // it did not want to hear all of it
        }

        return await ReadAsync(socket);
    }

    public static async Task<TcpClient> OpenAsync(GatewayProcess gateway)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Http.BaseAddress!.Port);
        return socket;
    }

    /// <summary>Until the gateway closes; status 0 when it said nothing.</summary>
    public static async Task<RawAnswer> ReadAsync(TcpClient socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var all = new MemoryStream();
        try
        {
            await socket.GetStream().CopyToAsync(all, patience.Token);
        }
        catch (IOException)
        {
            // reset behind its answer
        }

        var text = Encoding.UTF8.GetString(all.ToArray());
        return new(text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text[9..12], CultureInfo.InvariantCulture) : 0, text);
    }
}

/// <param name="Text">Head and body.</param>
internal sealed record RawAnswer(int Status, string Text);
