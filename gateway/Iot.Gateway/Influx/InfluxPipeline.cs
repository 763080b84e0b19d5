using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using CircuitState = Iot.Gateway.Delivery.CircuitState;

namespace Iot.Gateway.Influx;

/// <summary>The Polly strategies around one request: retry outside, then circuit breaker, then timeout.</summary>
/// <remarks>Two pipelines, because each attempt passes the gate between retry and breaker.</remarks>
internal static class InfluxPipeline
{
    /// <summary>Attempts until the answer says something about the lines, however long that takes.</summary>
    public static ResiliencePipeline<InfluxAnswer> Retry(InfluxRetryOptions options, InfluxGate gate, TimeProvider clock, Action<int, InfluxAnswer> failed) =>
        new ResiliencePipelineBuilder<InfluxAnswer> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<InfluxAnswer>
            {
                ShouldHandle = args => ValueTask.FromResult(Outcome(args.Outcome) is { } answer && (answer.MayPass || answer.Kind == AnswerKind.NeedsPerson)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.Delay,
                MaxDelay = options.MaxDelay,
                DelayGenerator = args => ValueTask.FromResult(Delay(args.Outcome, options, gate)),
                OnRetry = args =>
                {
                    failed(args.AttemptNumber + 1, Outcome(args.Outcome)!.Value);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    /// <summary>One attempt, if the circuit lets it pass.</summary>
    public static ResiliencePipeline<InfluxAnswer> Attempt(
        InfluxOptions options, TimeProvider clock, Action<CircuitState, InfluxAnswer?> turned) =>
        new ResiliencePipelineBuilder<InfluxAnswer> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<InfluxAnswer>
            {
                ShouldHandle = args => ValueTask.FromResult(Outcome(args.Outcome) is { MayPass: true }),
                FailureRatio = options.Circuit.FailureRatio,
                MinimumThroughput = options.Circuit.MinimumThroughput,
                SamplingDuration = options.Circuit.Sampling,
                BreakDuration = options.Circuit.BreakDuration,
                OnOpened = args => Turned(turned, CircuitState.Open, Outcome(args.Outcome)),
                OnHalfOpened = _ => Turned(turned, CircuitState.HalfOpen, null),
                OnClosed = _ => Turned(turned, CircuitState.Closed, null),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Timeout })
            .Build();

    /// <summary>Null for what is not an answer: cancellation, and our own mistakes.</summary>
    private static InfluxAnswer? Outcome(Outcome<InfluxAnswer> outcome) => outcome.Exception switch
    {
        null => outcome.Result,
        TimeoutRejectedException e => InfluxAnswer.Broken($"no answer within {e.Timeout.TotalSeconds} s"),
        BrokenCircuitException => InfluxAnswer.Broken("the circuit is open"),
        _ => null,
    };

    /// <summary>Zero where the gate holds the next attempt anyway; null for the growing, jittered wait.</summary>
    private static TimeSpan? Delay(Outcome<InfluxAnswer> outcome, InfluxRetryOptions options, InfluxGate gate)
    {
        if (outcome.Exception is BrokenCircuitException) return options.Delay; // it opened after the gate; do not spin
        if (gate.Circuit != CircuitState.Closed) return TimeSpan.Zero;

        return Outcome(outcome) is { RetryAfter: not null } or { Kind: AnswerKind.NeedsPerson } ? TimeSpan.Zero : null;
    }

    private static ValueTask Turned(Action<CircuitState, InfluxAnswer?> turned, CircuitState state, InfluxAnswer? cause)
    {
        turned(state, cause);
        return ValueTask.CompletedTask;
    }
}
