using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Hostile;

/// <summary>Bodies and headers that are too large, too deep or never end: they cost the gateway nothing, and others are answered.</summary>
public sealed class HostileBodyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly string[] Posts = ["/api/v1/registry", "/api/v1/enroll", "/api/v1/enroll/renew", "/api/v1/replays", "/sign-in"];

    [Fact]
    public async Task A_body_of_a_gigabyte_is_refused_before_it_is_sent()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        foreach (var path in Posts)
        {
            var answer = await RawHttp.SendAsync(gateway, RawHttp.Head(gateway, "POST", path) + "Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n{");
            Assert.True(answer.Status is >= 400 and < 500, $"{path}: {answer.Text}");
        }
    }

    [Fact]
    public async Task Deep_and_endless_JSON_is_refused_and_memory_stays_flat()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        string[] bodies = [new('[', 60_000), string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), $"{{\"device\":\"{new string('x', 60_000)}\"}}", "{\"tags\":{" + string.Join(',', Enumerable.Range(0, 3000).Select(i => $"\"t{i}\":\"{i}\"")) + "}}", "\"\\ud800\"", "{\"device\":1e999}"];
        var before = ResidentBytes(gateway);
        foreach (var (path, body) in Enumerable.Repeat(Posts, 5).SelectMany(paths => paths).SelectMany(path => bodies.Select(body => (path, body))))
        {
            var answer = await RawHttp.AskAsync(gateway, "POST", path, body);
            Assert.True(answer.Status is >= 400 and < 500, $"{path} {body[..Math.Min(20, body.Length)]}: {answer.Text}");
        }

        Assert.True(ResidentBytes(gateway) - before < 150_000_000, $"{before} bytes grew to {ResidentBytes(gateway)}");
        Assert.Empty((await gateway.GetAsync("api/v1/registry")).GetProperty("devices").EnumerateArray());
    }

    [Theory]
    [InlineData("/api/v1/enroll", 1_000_000)]
    [InlineData("/api/v1/registry", 1_000_000)]
    public async Task A_body_in_pieces_without_end_is_cut(string path, int most)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var socket = await RawHttp.OpenAsync(gateway);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(RawHttp.Head(gateway, "POST", path) + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"), Cancellation);
        var answer = RawHttp.ReadAsync(socket);
        var sent = 0L;
        try
        {
            for (var chunk = Encoding.ASCII.GetBytes($"1000\r\n{new string(' ', 4096)}\r\n"); !answer.IsCompleted; sent += 4096) await stream.WriteAsync(chunk, Cancellation);
        }
        catch (IOException)
        {
            // it had enough
        }

        Assert.True((await answer).Status is 0 or 400 or 413, (await answer).Text);
        Assert.True(sent < 10 * most, $"{sent} bytes went out before it was cut"); // sockets hold some megabytes
    }

    [Fact]
    public async Task Headers_without_end_are_cut_and_hundreds_that_never_finish_keep_nobody_out()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var slow = new List<TcpClient>();
        for (var i = 0; i < 500; i++)
        {
            slow.Add(await RawHttp.OpenAsync(gateway));
            await slow[^1].GetStream().WriteAsync("GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "u8.ToArray(), Cancellation);
        }

        Assert.Equal(200, (await RawHttp.AskAsync(gateway, "GET", "/health/ready")).Status);
        var large = await RawHttp.SendAsync(gateway, RawHttp.Head(gateway, "GET", "/health/ready") + $"X-Large: {new string('x', 100_000)}\r\n\r\n");
        Assert.True(large.Status is 431 or 0, large.Text);
        var many = await RawHttp.SendAsync(gateway, RawHttp.Head(gateway, "GET", "/health/ready") + string.Concat(Enumerable.Range(0, 500).Select(i => $"X-{i}: y\r\n")) + "\r\n");
        Assert.True(many.Status is 431 or 0, many.Text);
        var ends = await Task.WhenAll(slow.Select(RawHttp.ReadAsync)); // the gateway ends each, or this would not end
        Assert.All(ends, end => Assert.True(end.Status is 408 or 400 or 0, end.Text));
        foreach (var socket in slow) socket.Dispose();
    }

    private static long ResidentBytes(GatewayProcess gateway)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{gateway.Process.Id}/status")).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
}
