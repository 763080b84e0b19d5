using Iot.Gateway.Delivery;

namespace Iot.Gateway.Tests.Influx;

public sealed class InfluxCircuitTests : IAsyncDisposable
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(11);
    private static readonly Sample Any = new("a", 1.0);

    private readonly TimerClock _clock = new();
    private readonly AskedServer _server = new();
    private readonly SinkRig _rig;

    public InfluxCircuitTests() => _rig = SinkRig.Over(_server, _clock, "Timeout=00:00:11");

    [Fact]
    public async Task What_may_pass_is_tried_again_with_growing_waits()
    {
        var sent = _rig.SendAsync(Any);
        for (var i = 0; i < 3; i++)
        {
            await _server.AnswerAsync(500);
            var wait = await _clock.WaitAsync(wait => wait != Timeout);
            Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            _clock.Advance(wait);
        }

        await _server.AnswerAsync(204);
        Assert.Equal(4, (await sent).Attempts);
        Assert.Equal((CircuitState.Closed, null), (_rig.Sink.Health.Circuit, _rig.Sink.Health.Problem));
    }

    [Theory, InlineData(429), InlineData(503), InlineData(500)]
    public async Task Retry_after_is_obeyed_by_every_write(int status)
    {
        var first = _rig.SendAsync(Any);
        await _server.AnswerAsync(status, retryAfter: TimeSpan.FromSeconds(42));
        Assert.Equal(TimeSpan.FromSeconds(42), await _clock.WaitAsync(wait => wait != Timeout));

        var second = _rig.SendAsync(Any);
        Assert.Equal(TimeSpan.FromSeconds(42), await _clock.WaitAsync(wait => wait != Timeout));
        _clock.Advance(TimeSpan.FromSeconds(41.9));
        Assert.Equal(1, _server.Requests);

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await _server.AnswerAsync(204);
        await _server.AnswerAsync(204);
        Assert.Equal((2, 1), ((await first).Attempts, (await second).Attempts));
    }

    [Fact]
    public async Task The_circuit_opens_sends_nothing_probes_with_one_write_and_closes()
    {
        using var circuit = _rig.Measure("iot.gateway.influx.circuit");
        var first = _rig.SendAsync(Any);
        await OpenAsync();
        await _clock.WaitAsync(wait => wait == Break);
        var second = _rig.SendAsync(Any);
        await _clock.WaitAsync(wait => wait == Break);
        Assert.Equal(CircuitState.Open, _rig.Sink.Health.Circuit);
        Assert.Contains("wait in the spool", _rig.Sink.Health.Problem);
        Assert.Equal(2, circuit.Now());
        var sent = _server.Requests;

        _clock.Advance(Break - TimeSpan.FromTicks(1));
        Assert.Equal(sent, _server.Requests);

        _clock.Advance(TimeSpan.FromTicks(1));
        var probe = await _server.NextAsync();
        Assert.Equal((CircuitState.HalfOpen, sent + 1), (_rig.Sink.Health.Circuit, _server.Requests));

        probe.Reply.SetResult(Gateway.Influx.AnswerTable.Read(204, "", null));
        await _server.AnswerAsync(204);
        await Task.WhenAll(first, second);
        Assert.Equal(new(CircuitState.Closed, null), _rig.Sink.Health with { Since = null });
        Assert.Equal(0, circuit.Now());
        Assert.Single(_rig.Log.Of(2000));
        Assert.Single(_rig.Log.Of(2002));
    }

    [Fact]
    public async Task A_probe_that_fails_opens_it_again()
    {
        var sent = _rig.SendAsync(Any);
        await OpenAsync();
        DateTimeOffset? broken = null;
        for (var i = 0; i < 3; i++)
        {
            await _clock.WaitAsync(wait => wait == Break);
            broken ??= _rig.Sink.Health.Since;
            _clock.Advance(Break);
            await _server.AnswerAsync(503);
        }

        await _clock.WaitAsync(wait => wait == Break);
        Assert.Equal((CircuitState.Open, broken), (_rig.Sink.Health.Circuit, _rig.Sink.Health.Since)); // since it first was
        _clock.Advance(Break);
        await _server.AnswerAsync(204);
        await sent;
        Assert.Equal((CircuitState.Closed, _clock.GetUtcNow()), (_rig.Sink.Health.Circuit, _rig.Sink.Health.Since!.Value));
        Assert.True(broken < _clock.GetUtcNow());
    }

    [Fact]
    public async Task What_failed_and_what_went_through_is_remembered_by_kind()
    {
        var sent = _rig.SendAsync(Any);
        foreach (var status in new[] { 429, 500 })
        {
            await _server.AnswerAsync(status, "go away");
            _clock.Advance(await _clock.WaitAsync(wait => wait != Timeout));
        }

        await _server.AnswerAsync(204);
        await sent;

        var past = _rig.Sink.History.Look();
        Assert.Equal((3, 2, _clock.GetUtcNow()), (past.Attempts, past.Repeated, past.LastStored!.Value));
        Assert.Equal([("unavailable", 1, "500 go away"), ("overloaded", 1, "429 go away")], past.Failures.Select(failure => (failure.Kind, failure.Count, failure.Words)));
    }

    [Fact]
    public async Task A_server_that_hangs_is_a_timeout_and_counts()
    {
        var sent = _rig.SendAsync(Any);
        await _server.NextAsync();
        _clock.Advance(Timeout);
        _clock.Advance(await _clock.WaitAsync(wait => wait != Timeout));
        await _server.AnswerAsync(204);

        Assert.Equal(2, (await sent).Attempts);
        Assert.Contains("no answer within 11 s", Assert.Single(_rig.Log.Of(2007)));
    }

    [Theory, InlineData(400, "bad"), InlineData(413, ""), InlineData(422, "partial write")]
    public async Task Refusals_of_lines_never_open_the_circuit(int status, string words)
    {
        for (var i = 0; i < 20; i++)
        {
            var sent = _rig.SendAsync(Any);
            await _server.AnswerAsync(status, words);
            Assert.Single((await sent).Refused);
        }

        Assert.Equal(new(CircuitState.Closed, null), _rig.Sink.Health with { Since = null });
    }

    [Theory, InlineData(401), InlineData(403), InlineData(404)]
    public async Task What_a_person_must_put_right_holds_everything_says_so_once_and_resumes(int status)
    {
        var sent = _rig.SendAsync(Any);
        for (var i = 0; i < 10; i++)
        {
            await _server.AnswerAsync(status, """{"error":"so wrong"}""");
            Assert.Equal(TimeSpan.FromSeconds(15), await _clock.WaitAsync(wait => wait != Timeout));
            Assert.Equal(CircuitState.Closed, _rig.Sink.Health.Circuit);
            Assert.Contains($"{status} so wrong", _rig.Sink.Health.Problem);
            _clock.Advance(TimeSpan.FromSeconds(15));
        }

        await _server.AnswerAsync(204);
        Assert.Empty((await sent).Refused);
        Assert.Equal(new(CircuitState.Closed, null), _rig.Sink.Health with { Since = null });
        Assert.Single(_rig.Log.Of(2003));
        Assert.Single(_rig.Log.Of(2004));
    }

    [Fact]
    public async Task A_clock_set_back_by_a_day_holds_nothing_for_a_day()
    {
        var sent = _rig.SendAsync(Any);
        await OpenAsync();
        var wait = await _clock.WaitAsync(wait => wait != Timeout);
        _clock.SetBack(TimeSpan.FromDays(1));
        _clock.Advance(wait);

        await _server.AnswerAsync(204);
        await sent;
        Assert.Equal(new(CircuitState.Closed, null), _rig.Sink.Health with { Since = null });
    }

    [Fact]
    public async Task Shutdown_ends_the_wait_and_nothing_is_lost()
    {
        using var stop = new CancellationTokenSource();
        var sent = _rig.SendUntilAsync(Spooled.Message(7, Any), stop.Token);
        await _server.AnswerAsync(503, retryAfter: TimeSpan.FromMinutes(5));
        await _clock.WaitAsync(wait => wait == TimeSpan.FromMinutes(5));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    [Fact]
    public async Task Attempts_are_counted_by_outcome()
    {
        using var writes = _rig.Measure("iot.gateway.influx.writes");
        using var lines = _rig.Measure("iot.gateway.influx.lines");
        var sent = _rig.SendAsync(Any);
        await _server.AnswerAsync(503);
        _clock.Advance(await _clock.WaitAsync(wait => wait != Timeout));
        await _server.AnswerAsync(204);
        await sent;

        Assert.Equal((1, 1, 1), (writes.Total("overloaded"), writes.Total("stored"), lines.Total()));
    }

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    /// <summary>Fails attempts until the circuit opens, moving time over the waits between them.</summary>
    private async Task OpenAsync()
    {
        for (var failures = 1; failures < 4; failures++)
        {
            await _server.AnswerAsync(503);
            _clock.Advance(await _clock.WaitAsync(wait => wait != Timeout));
        }

        await _server.AnswerAsync(503);
    }
}
