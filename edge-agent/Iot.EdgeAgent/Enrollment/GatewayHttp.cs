using System.Net;
using System.Net.Security;
using System.Text.Json;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>One question and its answer over HTTP, each on a connection of its own, bounded in time and size.</summary>
internal sealed class GatewayHttp(TimeProvider clock)
{
    private const int LargestAnswer = 256 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="trust">Null: whoever answers. Send no secret then, and believe nothing that cannot be checked.</param>
    public async Task<HttpOutcome> AskAsync(HttpMethod method, Uri url, HttpContent? content, GatewayTrust? trust, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, SslOptions = trust?.Options() ?? Anybody() });
        http.Timeout = Timeout.InfiniteTimeSpan; // the limit keeps our clock
        http.MaxResponseContentBufferSize = LargestAnswer;
        try
        {
            using var request = new HttpRequestMessage(method, url) { Content = content };
            using var answer = await http.SendAsync(request, either.Token);
            return new(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(either.Token), "", answer.Headers.Date);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return HttpOutcome.None($"{url.Authority} did not answer within {Longest.TotalSeconds} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return HttpOutcome.None(trust?.Finding is { } finding ? $"{url.Authority} is not trusted: {finding}" : $"{url.Authority}: {e.GetBaseException().Message.TrimEnd('.')}");
        }
    }

#pragma warning disable CA5359 // on purpose: what is asked for in this way is public, and its answer is compared with a hash
    private static SslClientAuthenticationOptions Anybody() => new() { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
}

/// <param name="Status">Null without an answer.</param>
/// <param name="Failure">Why there was none, without a full stop; empty with one.</param>
/// <param name="Date">By the clock of who answered, in whole seconds.</param>
internal sealed record HttpOutcome(HttpStatusCode? Status, byte[] Content, string Failure, DateTimeOffset? Date = null)
{
    public bool IsOk => Status == HttpStatusCode.OK;

    public static HttpOutcome None(string failure) => new(Status: null, [], failure);

    /// <summary>What it means when it is not what was asked for.</summary>
    public EnrollmentAnswer ToRefusal()
    {
        if (Status is not { } status) return EnrollmentAnswer.Failed(Failure);

        var why = Problem() ?? $"The answer was {(int)status} without a reason. Is it the address of a gateway?";
        return new(Identity: null, why, NeedsPerson: status is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest);
    }

    /// <summary>The gateway's own words (RFC 9457).</summary>
    private string? Problem()
    {
        try
        {
            var problem = JsonSerializer.Deserialize(Content, EnrollmentFormat.Default.ProblemJson);
            return problem?.Detail ?? problem?.Title;
        }
        catch (JsonException)
        {
            return null; // not from a gateway
        }
    }
}
