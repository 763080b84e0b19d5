using Iot.EdgeAgent.Configuring;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Timekeeping;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Configuring;

/// <summary>What arrives is judged and tried; nothing of it ends the agent.</summary>
public sealed class ConfiguratorTests : IDisposable
{
    private readonly TempDirectory _data = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    private readonly Timekeeper _time;

    public ConfiguratorTests() => _time = new(
        new(Guid.CreateVersion7(_clock.GetUtcNow()), () => 0, () => MachineClocks.ToNs(_clock.GetUtcNow()), () => TimeSource.Kernel), new(),
        TimeNotes.Open(_data["time"], NullLogger.Instance), NullLogger.Instance);

    public void Dispose()
    {
        _time.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_text_with_half_a_character_is_refused_and_the_next_configuration_is_tried()
    {
        var (life, configurator) = Make();
        using var running = configurator;
        await running.StartAsync(TestContext.Current.CancellationToken);

        running.Arrived("""{"version": 7, "settings": {"Logging": {"LogLevel": {"Default": "\ud800"}}}}"""u8.ToArray());
        await Eventually.TrueAsync(() => running.Report is { Version: 7, State: "refused" }, "it is refused");
        running.Arrived("""{"version": 8, "settings": {"Batching": {"MaxReadings": 5}}}"""u8.ToArray());
        await Eventually.TrueAsync(() => running.Report is { Version: 8, State: "trial" }, "the next is tried");

        Assert.Equal(5, life.Options.Batching.MaxReadings);
        await running.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_step_that_fails_by_our_own_mistake_does_not_end_the_host()
    {
        var (life, configurator) = Make();
        using var running = configurator;
        await running.StartAsync(TestContext.Current.CancellationToken);
        using var failed = new ManualResetEventSlim();
        life.Changed = () =>
        {
            life.Changed = null;
            failed.Set();
            throw new NotSupportedException("a mistake");
        };

        running.Arrived("""{"version": 7, "settings": {"Batching": {"MaxReadings": 5}}}"""u8.ToArray());
        failed.Wait(TestContext.Current.CancellationToken);
        running.Arrived("""{"version": 8, "settings": {"Batching": {"MaxReadings": 6}}}"""u8.ToArray());
        await Eventually.TrueAsync(() => running.Report is { Version: 8, State: "trial" }, "the next is tried");

        await running.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(running.ExecuteTask!.IsCompletedSuccessfully);
    }

    private (DeviceLife Life, Configurator Configurator) Make()
    {
        var start = ConfigStart.Read(["--Data:Path", _data.Path], _clock);
        var life = new DeviceLife(DeviceId.Parse("pump-7"), start.Effective.Options, _ => [], (_, _, _) => throw new NotSupportedException("it is not run here"));
        return (life, new(start, [life], new(), _clock, _time, NullLogger<Configurator>.Instance, new ConfigExchange(NullLogger<ConfigExchange>.Instance)));
    }
}
