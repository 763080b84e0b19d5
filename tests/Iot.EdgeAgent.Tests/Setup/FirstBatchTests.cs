using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Setup;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Setup;

/// <summary>The clock stands still in all of it: what ends the wait is the state that the agent writes.</summary>
public sealed class FirstBatchTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly TaskCompletionSource<string> _stood = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_state_that_appears_where_there_was_no_directory_yet_is_seen_and_the_first_batch_ends_the_wait()
    {
        var waiting = WaitAsync(before: null);
        Directory.CreateDirectory(_directory["data"]);
        Write(started: 1, published: 0);
        Assert.Contains("not connected: refused", await _stood.Task.WaitAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Write(started: 1, published: 1);

        Assert.True(await waiting);
    }

    [Fact]
    public async Task What_the_agent_of_before_has_published_does_not_count()
    {
        Directory.CreateDirectory(_directory["data"]);
        Write(started: 1, published: 5);
        var before = StatusFile.Read(_directory["data"]);
        var waiting = WaitAsync(before);
        Write(started: 1, published: 6);
        Write(started: 2, published: 0);
        await _stood.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.False(await waiting);
    }

    [Fact]
    public async Task What_an_agent_publishes_with_its_last_good_settings_does_not_count()
    {
        Directory.CreateDirectory(_directory["data"]);
        Write(started: 1, published: 5, "Device:Id = pump-8: this machine was enrolled as pump-7.");
        var first = new FirstBatch(_directory["data"], before: null, _clock);

        Assert.False(await first.WaitAsync(TimeSpan.FromMinutes(1), static _ => { }, TestContext.Current.CancellationToken));
        Assert.Contains("pump-8", Assert.Single(first.LocalProblems), StringComparison.Ordinal);
    }

    private Task<bool> WaitAsync(AgentStatus? before) => new FirstBatch(_directory["data"], before, _clock)
        .WaitAsync(TimeSpan.FromMinutes(1), stood => _stood.TrySetResult(stood), TestContext.Current.CancellationToken);

    /// <summary>As an agent does; this process stands for one that runs.</summary>
    private void Write(int started, long published, params string[] localProblems) => StatusFile.Write(StatusFile.PathToWrite(_directory["data"]), new(
        "0", Running: true, Environment.ProcessId, DateTimeOffset.UnixEpoch, "mqtt://gw",
        [new("pump-7", Connected: false, "refused", LastPublished: null, published, Waiting: 0, OutboxFull: false, GivenUp: 0, "", [])],
        StartedAt: DateTimeOffset.UnixEpoch.AddSeconds(started), Configuration: new(0, "local", 0, [], localProblems)));
}
