using Iot.EdgeAgent.Enrollment;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Enrollment;

/// <summary>What 'enroll' does while the agent asks for a certificate, too: one that has expired is asked for again and again.</summary>
public sealed class TokenExchangeTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TestAuthority _authority;

    public TokenExchangeTests() => _authority = new(_clock.GetUtcNow());

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_waits_until_the_other_has_its_answer()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        var turn = new IdentityFiles(_directory.Path).TryLock()!;
        var exchange = ExchangeAsync(server);
        Assert.False(exchange.IsCompleted);

        turn.Dispose();

        Assert.NotNull((await PassAsync(exchange, step: TimeSpan.FromMilliseconds(50))).Identity);
    }

    [Fact]
    public async Task It_gives_up_after_a_minute_and_has_not_used_the_token()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        var began = _clock.GetUtcNow();
        using (new IdentityFiles(_directory.Path).TryLock())
        {
            var given = await Assert.ThrowsAsync<IOException>(() => PassAsync(ExchangeAsync(server), step: TimeSpan.FromSeconds(1)));
            Assert.Contains("for 60 s", given.Message, StringComparison.Ordinal);
            Assert.Contains("the token was not used", given.Message, StringComparison.Ordinal);
        }

        Assert.True(_clock.GetUtcNow() - began >= TimeSpan.FromMinutes(1));
        Assert.Empty(server.Requests);
    }

    private Task<EnrollmentAnswer> ExchangeAsync(EnrollingServer server)
    {
        Assert.True(EnrollmentToken.TryParse(server.Token(), out var token, out var whyNot), whyNot);
        return TokenExchange.RunAsync(token, _directory.Path, _clock, TestContext.Current.CancellationToken);
    }

    /// <summary>Time goes on by so much again and again until it has ended.</summary>
    private async Task<EnrollmentAnswer> PassAsync(Task<EnrollmentAnswer> exchange, TimeSpan step)
    {
        await Eventually.TrueAsync(
            () =>
            {
                if (!exchange.IsCompleted) _clock.Advance(step);
                return exchange.IsCompleted;
            },
            "it has ended");
        return await exchange;
    }
}
