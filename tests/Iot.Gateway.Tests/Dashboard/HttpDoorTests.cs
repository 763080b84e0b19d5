using System.Net;
using System.Net.Sockets;
using System.Text;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Tests.Mqtt;
using Iot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Idle strangers take no more connections than HTTP has.</summary>
public sealed class HttpDoorTests : IDisposable
{
    private readonly LogLines _log = new();
    private int _port;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task One_connection_too_many_is_closed_and_those_before_it_are_answered()
    {
        await using var gateway = await StartAsync(new() { HttpConnections = 2 });
        using var first = await AnsweredAsync();
        using var second = await AnsweredAsync();

        Assert.True(await IsTurnedAwayAsync());

        Assert.True(await AsksAsync(first));
        second.Dispose();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                using var next = await OpenAsync();
                return await AsksAsync(next);
            }
            catch (SocketException)
            {
                return false; // closed as it was opened
            }
        }, "its place is free again");
        Assert.Contains("Limits:HttpConnections says", Assert.Single(_log.Containing("was closed at once")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_has_a_few_and_others_are_not_concerned()
    {
        await using var gateway = await StartAsync(new() { HttpConnectionsPerAddress = 1, TrustedAddresses = "127.0.0.1" });
        using var first = await AnsweredAsync("127.0.0.2");

        Assert.True(await IsTurnedAwayAsync("127.0.0.2"));

        using var other = await AnsweredAsync("127.0.0.3");
        using var trusted1 = await AnsweredAsync();
        using var trusted2 = await AnsweredAsync();
        Assert.True(await AsksAsync(first));
        Assert.Single(_log.Containing("Limits:HttpConnectionsPerAddress says"));
    }

    private async Task<WebApplication> StartAsync(LimitsOptions limits)
    {
        _port = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.AddSingleton(limits);
        builder.Services.AddSingleton(new HttpOptions { Url = new($"http://127.0.0.1:{_port}") });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<HttpDoor>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHttp());
        var app = builder.Build();
        app.MapGet("/", () => "here");
        await app.StartAsync();
        return app;
    }

    private async Task<TcpClient> OpenAsync(string from = "127.0.0.1")
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)) { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", _port);
        return client;
    }

    /// <summary>A connection that was answered once, so it has a place.</summary>
    private async Task<TcpClient> AnsweredAsync(string from = "127.0.0.1")
    {
        var client = await OpenAsync(from);
        Assert.True(await AsksAsync(client));
        return client;
    }

    private static async Task<bool> AsksAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: here\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            var answer = "";
            var part = new byte[4096];
            while (!answer.EndsWith("here\r\n0\r\n\r\n", StringComparison.Ordinal) && !answer.EndsWith("\r\n\r\nhere", StringComparison.Ordinal))
            {
                var length = await client.GetStream().ReadAsync(part, TestContext.Current.CancellationToken);
                if (length == 0) return false;

                answer += Encoding.ASCII.GetString(part, 0, length);
            }

            return answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // reset
        }
    }

    /// <summary>Closed before it has asked anything; on a busy machine the reset overtakes the connecting.</summary>
    private async Task<bool> IsTurnedAwayAsync(string from = "127.0.0.1")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            using var client = await OpenAsync(from);
            return await client.GetStream().ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (Exception e) when (e is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return true;
        }
    }
}
