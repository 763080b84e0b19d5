using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests;

/// <summary>When the state for <c>status</c> is noted; the clock stands still in all of it.</summary>
public sealed class AgentServiceTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_state_is_noted_at_the_start_and_at_every_change_without_waiting_for_the_next_round()
    {
        using var time = new Timekeeper(
            new(Guid.CreateVersion7(_clock.GetUtcNow()), () => 0, () => MachineClocks.ToNs(_clock.GetUtcNow()), () => TimeSource.Kernel), new(),
            TimeNotes.Open(_directory.Path, NullLogger.Instance), NullLogger.Instance);
        var context = new AgentContext(_clock, NullLoggerFactory.Instance, new(_clock), time);
        var options = AgentSettings.Load(new ConfigurationBuilder().AddInMemoryCollection([new("Data:Path", _directory.Path), new("Device:Id", "pump-7")]).Build());
        var id = Wire.DeviceId.Parse("pump-7");
        var device = new DeviceLife(id, options, _ => [], (sensors, now, delivered) => new(id, sensors, _directory["outbox"], now, context) { Delivered = delivered });
        using var service = new AgentService([device], options, context, new NeverStopped(), NullLogger<AgentService>.Instance);

        await service.StartAsync(TestContext.Current.CancellationToken);
        var noted = await NotedAsync();
        File.Delete(_directory["status.json"]);
        context.Changed.Set();
        await NotedAsync();
        await service.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(_clock.GetUtcNow(), noted.StartedAt);
        Assert.Equal("pump-7", Assert.Single(noted.Devices).Device);
        Assert.False(StatusFile.Read(_directory.Path)!.Running);
    }

    [Fact]
    public async Task A_connection_a_reason_for_none_and_the_first_acknowledgement_are_changes_and_the_same_again_is_none()
    {
        await using var outbox = Outbox.Open(_directory["outbox"], Wire.DeviceId.Parse("pump-7"), new(), _clock, NullLogger.Instance);
        var state = new PublisherState { Changed = new() };
        Action[] changes = [() => state.LastFailure = "refused", () => state.IsConnected = true, () => state.Published(_clock.GetUtcNow(), outbox, offset: 0)];
        foreach (var change in changes)
        {
            change();
            await state.Changed.WaitAsync(TestContext.Current.CancellationToken);
            change();
            var again = state.Changed.WaitAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(again.IsCompleted);
            state.Changed.Set();
            await again;
        }
    }

    private async Task<AgentStatus> NotedAsync()
    {
        AgentStatus? status = null;
        await Eventually.TrueAsync(() => (status = StatusFile.Read(_directory.Path))?.Devices.Count > 0, "the state is noted");
        return status!;
    }

    private sealed class NeverStopped : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Assert.Fail("Nothing fails here.");
    }
}
