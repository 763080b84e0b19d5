using Iot.Gateway.Delivery;
using Iot.Gateway.Observability;
using Polly;

namespace Iot.Gateway.Influx;

/// <summary>Sends bodies until an answer says what became of their lines; outage, overload and a wrong token are waited out here.</summary>
/// <remarks>
/// <code>
///            enough attempts fail                 time is up: one write probes
///   closed ───────────────────────► open ────────────────────────────────────► half open
///     ▲                              ▲                probe fails                  │ │
///     │                              └───────────────────────────────────────────┘ │
///     └──────────────────────── the server answers, whatever it says of the lines ◄┘
/// </code>
/// Thread-safe; shared by all writes of the sink.
/// </remarks>
internal sealed class InfluxCircuit
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    private readonly InfluxOptions _options;
    private readonly IInfluxServer _server;
    private readonly TimeProvider _clock;
    private readonly InfluxMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SinkHistory _history;
    private readonly InfluxGate _gate;
    private readonly ResiliencePipeline<InfluxAnswer> _retry;
    private readonly ResiliencePipeline<InfluxAnswer> _attempt;
    private readonly Lock _lock = new();
    private SinkHealth _health;
    private string? _personsProblem;

    public InfluxCircuit(InfluxOptions options, IInfluxServer server, TimeProvider clock, InfluxMetrics metrics, ILogger logger, SinkHistory history)
    {
        (_options, _server, _clock, _metrics, _logger, _history) = (options, server, clock, metrics, logger, history);
        _health = new(CircuitState.Closed, null) { Since = clock.GetUtcNow() };
        var steady = new SteadyClock(clock);
        _gate = new(options.Timeout, steady);
        _retry = InfluxPipeline.Retry(options.Retry, _gate, steady, (attempt, answer) => logger.AttemptFailed(attempt, answer.Brief));
        _attempt = InfluxPipeline.Attempt(options, steady, Turned);
    }

    public SinkHealth Health => Volatile.Read(ref _health);

    /// <returns>An answer about the lines (stored, malformed, partial write, too large), and how many attempts it took.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; what became of the lines is not known.</exception>
    public async Task<(InfluxAnswer Answer, int Attempts)> SendAsync(LineRange range, CancellationToken cancellation)
    {
        var attempts = 0;
        var answer = await _retry.ExecuteAsync(
            async token =>
            {
                await _gate.PassAsync(token);
                return await _attempt.ExecuteAsync(
                    sending =>
                    {
                        attempts++;
                        return AttemptAsync(range, sending);
                    },
                    token);
            },
            cancellation);
        return (answer, attempts);
    }

    private async ValueTask<InfluxAnswer> AttemptAsync(LineRange range, CancellationToken cancellation)
    {
        var started = _clock.GetTimestamp();
        var answer = InfluxAnswer.Broken($"no answer within {_options.Timeout.TotalSeconds} s"); // unless one comes
        try
        {
            answer = await _server.WriteAsync(range.Memory, cancellation);
            Heed(answer);
            return answer;
        }
        finally
        {
            _metrics.Attempted(answer.Kind, range, _clock.GetElapsedTime(started));
            Note(answer);
        }
    }

    private void Note(in InfluxAnswer answer)
    {
        if (answer.Kind == AnswerKind.Stored) _history.Stored();
        else _history.Failed(SnakeCase.Of(answer.Kind), answer.Brief, isRepeated: answer.MayPass || answer.Kind == AnswerKind.NeedsPerson);
    }

    /// <summary>Holds all writes back as long as the answer asks, and keeps the problem that a person must solve.</summary>
    private void Heed(in InfluxAnswer answer)
    {
        if (answer.RetryAfter is { } wait) _gate.Hold(wait < LongestHold ? wait : LongestHold);
        if (answer.Kind == AnswerKind.NeedsPerson) _gate.Hold(_options.Retry.HeldDelay);
        if (answer.MayPass) return;

        var problem = answer.Kind == AnswerKind.NeedsPerson ? answer.Brief : null;
        lock (_lock)
        {
            if (string.Equals(problem, _personsProblem, StringComparison.Ordinal)) return;

            _personsProblem = problem;
            _health = _health with { Problem = PersonsProblem(), Since = _clock.GetUtcNow() };
        }

        if (problem is null) _logger.TakesWritesAgain();
        else _logger.NeedsPerson(problem, Place, _options.Retry.HeldDelay.TotalSeconds);
    }

    private string Place => _options.Api == InfluxApi.V1 ? $"database '{_options.Database}'" : $"bucket '{_options.Bucket}' of organisation '{_options.Org}'";

    private string? PersonsProblem() => _personsProblem is null
        ? null
        : $"InfluxDB takes no writes until a person has put it right: {_personsProblem}. All readings wait in the spool.";

    private void Turned(CircuitState state, InfluxAnswer? cause)
    {
        _gate.Turn(state, _options.Circuit.BreakDuration);
        _metrics.Circuit(state);
        var words = cause?.Brief ?? "";
        lock (_lock)
        {
            var since = _health; // opened again by a probe that failed: it is broken since it first was
            _health = state switch
            {
                CircuitState.Open => new(state, $"InfluxDB does not answer as it should: {words}. All readings wait in the spool."),
                CircuitState.HalfOpen => _health with { Circuit = state },
                _ => new(state, PersonsProblem()),
            };
            _health = _health with { Since = state == CircuitState.Closed || since.Circuit == CircuitState.Closed ? _clock.GetUtcNow() : since.Since };
        }

        if (state == CircuitState.Open) _logger.CircuitOpened(_options.Circuit.BreakDuration.TotalSeconds, words);
        else if (state == CircuitState.HalfOpen) _logger.CircuitHalfOpened();
        else _logger.CircuitClosed();
    }
}
