using System.Runtime.CompilerServices;
using Iot.EdgeAgent.Doctor;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Doctor;

/// <summary>A check that hangs; the clock is moved by hand.</summary>
public sealed class BoundedTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ManualResetEventSlim _hang = new();
    private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _hang.Set();
        _hang.Dispose();
    }

    [Fact]
    public async Task What_was_found_before_it_hung_is_told_and_then_that_it_hangs()
    {
        await using var findings = Bounded.EachAsync("mqtt", HangingAsync(Stop), _clock, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await findings.MoveNextAsync());
        Assert.Equal(Grade.Ok, findings.Current.Grade);

        var next = findings.MoveNextAsync().AsTask();
        await _hangs.Task.WaitAsync(Stop);
        while (!next.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(20)); // its wait may begin after this one
            await Task.Yield();
        }

        Assert.True(await next);
        Assert.Equal(Grade.Fail, findings.Current.Grade);
        Assert.Contains("no answer within 20 s", findings.Current.Found, StringComparison.Ordinal);
        Assert.False(await findings.MoveNextAsync());
    }

    [Fact]
    public async Task A_disk_that_refuses_is_a_finding()
    {
        var (_, failed) = await Bounded.TryAsync<bool>("outbox", () => throw new IOException("No such device."), _clock, Stop);

        Assert.Equal("No such device", failed?.Found);
    }

    private async IAsyncEnumerable<Finding> HangingAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return Finding.Ok("mqtt", "connected");
        await Task.Yield();
        _hangs.SetResult();
        _hang.Wait(cancellation); // as a call to the kernel does
        yield return Finding.Ok("mqtt", "too late");
    }
}
