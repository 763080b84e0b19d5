using System.Net;
using Iot.Gateway.Dashboard;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Queries are bounded in number and time, end with whoever asked, and hold up no reading.</summary>
public sealed class QueryLimitsTests : IDisposable
{
    private const string Readings = "/api/v1/readings?from=1790000000&to=1790000060";
    /// <summary>Takes time, and no memory: a write that finds none waits for its next attempt, by the clock of a test for ever.</summary>
    private const string Endless = "SELECT count(*) FROM range(10000000000000) WHERE hash(range) = 7";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _limit = new(Patience);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task So_many_run_so_many_wait_and_the_next_is_told_to_come_again()
    {
        var canned = new CannedGateway { Http = new() { Queries = 2, QueriesWaiting = 1 } };
        using var begun = new SemaphoreSlim(0);
        var release = new TaskCompletionSource();
        canned.Store!.Holding = _ =>
        {
            begun.Release();
            return release.Task;
        };
        await using var gateway = await canned.StartAsync();
        var client = gateway.Client();

        List<Task<HttpResponseMessage>> running = [client.GetAsync(Readings, Stop), client.GetAsync(Readings, Stop)];
        for (var i = 0; i < 2; i++) Assert.True(await begun.WaitAsync(Patience, Stop));
        List<Task<HttpResponseMessage>> others = [client.GetAsync(Readings, Stop), client.GetAsync("/api/v1/readings/query?language=sql&points=100", Stop)];
        var refused = await Task.WhenAny(others);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await refused).StatusCode);
        Assert.Equal("2", Assert.Single((await refused).Headers.GetValues("Retry-After")));
        Assert.Contains("Http:Queries", await (await refused).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/ledger", Stop)).StatusCode); // no query

        release.SetResult();
        foreach (var answer in running.Concat(others).Where(one => one != refused)) Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
    }

    [Fact]
    public async Task A_query_ends_when_its_caller_is_gone_and_its_turn_is_free()
    {
        var canned = new CannedGateway { Http = new() { Queries = 1, QueriesWaiting = 1 } };
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        canned.Store!.Holding = cancellation =>
        {
            cancellation.Register(() => ended.TrySetResult());
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellation);
        };
        await using var gateway = await canned.StartAsync();
        using var leaving = new CancellationTokenSource();

        var left = gateway.Client().GetAsync(Readings, leaving.Token);
        await begun.Task.WaitAsync(Patience, Stop);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await ended.Task.WaitAsync(Patience, Stop);
        canned.Store.Holding = _ => Task.CompletedTask;
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync(Readings, Stop)).StatusCode);
    }

    [Theory]
    [InlineData("json"), InlineData("csv"), InlineData("parquet"), InlineData("table")]
    public async Task Sql_ends_when_its_caller_is_gone(string format)
    {
        await using var gateway = await StoredGateway.StartAsync(new() { QueryTimeLimit = TimeSpan.FromHours(1) }, new() { Queries = 1, QueriesWaiting = 0 });
        using var leaving = new CancellationTokenSource();

        Task<HttpResponseMessage> AskAsync() => gateway.Client.GetAsync($"/api/v1/sql?format={format}&query={Uri.EscapeDataString(Endless)}", leaving.Token);
        var left = AskAsync();
        while (await ProbeAsync(gateway) != HttpStatusCode.ServiceUnavailable)
            if (left.IsCompleted) left = AskAsync(); // the probe had the turn
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        while (await ProbeAsync(gateway) != HttpStatusCode.OK) Assert.False(_limit.IsCancellationRequested);
    }

    [Theory]
    [InlineData("json"), InlineData("csv"), InlineData("parquet")]
    public async Task What_takes_too_long_is_ended_and_says_so(string format)
    {
        await using var gateway = await StoredGateway.StartAsync(new() { QueryTimeLimit = TimeSpan.FromMilliseconds(100) });

        using var sql = await gateway.Client.GetAsync($"/api/v1/sql?format={format}&query={Uri.EscapeDataString(Endless)}", Stop);

        Assert.Equal(HttpStatusCode.GatewayTimeout, sql.StatusCode);
        Assert.Equal("application/problem+json", sql.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Embedded:QueryTimeLimit", await sql.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        if (format is "parquet") Assert.Empty(Directory.GetFiles(StoreDatabase.ExportPath(gateway.Store.Store.Path)));
    }

    [Fact]
    public async Task A_store_that_gave_up_is_504_with_its_words()
    {
        var canned = new CannedGateway();
        canned.Store!.Holding = _ => throw new TimeoutException("InfluxDB took longer than 30 s.");
        await using var gateway = await canned.StartAsync();

        using var answer = await gateway.Client().GetAsync(Readings, Stop);

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Contains("longer than 30 s", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sql_that_fails_amid_its_rows_says_so_or_is_broken_off()
    {
        await using var gateway = await StoredGateway.StartAsync();

        using var early = await gateway.Client.GetAsync($"/api/v1/sql?query={Uri.EscapeDataString("SELECT error(i::VARCHAR) FROM range(3) t(i)")}", Stop);
        Assert.Equal(HttpStatusCode.BadRequest, early.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => gateway.Client.GetStringAsync(
            $"/api/v1/sql?query={Uri.EscapeDataString("SELECT CASE WHEN i < 300000 THEN i ELSE error('late') END FROM range(400000) t(i)")}", Stop));
    }

    [Fact]
    public async Task Readings_are_stored_while_every_turn_is_taken()
    {
        await using var gateway = await StoredGateway.StartAsync(new() { QueryTimeLimit = TimeSpan.FromHours(1) });
        using var leaving = new CancellationTokenSource();
        List<Task> queries = [.. Enumerable.Range(0, new HttpOptions().Queries).Select(_ => gateway.Client.GetAsync($"/api/v1/sql?query={Uri.EscapeDataString(Endless)}", leaving.Token))];

        for (var i = 0UL; i < 20; i++) await gateway.WriteAsync(i, "a", "temp", "", "", ((long)i, 1.0));

        Assert.DoesNotContain(queries, query => query.IsCompleted);
        Assert.Equal(20, (await gateway.Store.ReadAsync()).Count);
        await leaving.CancelAsync();
        foreach (var query in queries) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
    }

    /// <summary>Whether the only turn is taken.</summary>
    private async Task<HttpStatusCode> ProbeAsync(StoredGateway gateway)
    {
        using var answer = await gateway.Client.GetAsync(Readings, _limit.Token);
        return answer.StatusCode;
    }
}
