using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Polly;
using Polly.Retry;

namespace Iot.Gateway.Detection.Webhook;

/// <summary>Posts what waits, one after the other, in the order of events; each is tried again with growing pauses until it is taken or given up.</summary>
internal sealed class WebhookSender(
    WebhookQueue queue, WebhookOptions options, IHttpClientFactory clients, DetectionMetrics metrics, TimeProvider clock, ILogger<WebhookSender> logger) : BackgroundService
{
    public const string ClientName = "webhook";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Url is null) return;

        var attempts = Attempts();
        try
        {
            await foreach (var one in queue.Reader.ReadAllAsync(stoppingToken)) await SendAsync(one, attempts, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (queue.Unsent is > 0 and var unsent) logger.WebhookStopped(unsent);
        }
    }

    private ResiliencePipeline<Answer> Attempts() => new ResiliencePipelineBuilder<Answer> { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions<Answer>
        {
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { MayPass: true } && args.AttemptNumber < options.Attempts - 1),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.Delay,
            MaxDelay = options.MaxDelay,
            OnRetry = args =>
            {
                metrics.SendFailed();
                logger.WebhookFailed(args.Outcome.Result.Why!, args.AttemptNumber + 1);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private async Task SendAsync(SecurityEvent one, ResiliencePipeline<Answer> attempts, CancellationToken stopping)
    {
        var body = WebhookMessage.BodyOf(one);
        var answer = await attempts.ExecuteAsync(async cancellation => await TryAsync(body, cancellation), stopping);
        queue.Settled();
        if (answer.Why is null)
        {
            metrics.Sent();
            return;
        }

        metrics.SendFailed();
        metrics.GaveUp();
        logger.WebhookGaveUp(one.Id, answer.Why);
    }

    private async Task<Answer> TryAsync(byte[] body, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(WebhookMessage.SignatureHeader, WebhookMessage.Sign(body, options.ReadSecret(), clock.GetUtcNow()));
            using var answer = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Answer.Of((int)answer.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return new(e.Message, MayPass: true);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new($"no answer within {options.Timeout.TotalSeconds} s", MayPass: true);
        }
    }

    /// <param name="Why">Null when it was taken.</param>
    /// <param name="MayPass">Another attempt may be taken.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Answer(string? Why, bool MayPass)
    {
        public static Answer Of(int status) => status switch
        {
            >= 200 and < 300 => default,
            >= 300 and < 400 => new($"it answered {status}, and redirects are not followed", MayPass: false),
            408 or 429 or >= 500 => new($"it answered {status}", MayPass: true),
            _ => new($"it answered {status}", MayPass: false),
        };
    }
}
