using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Timekeeping;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Tests;

/// <summary>Another configuration costs no more than what differs.</summary>
public sealed class DeviceLifeTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly Timekeeper _time;
    private readonly AgentContext _context;
    private int _opened;

    public DeviceLifeTests()
    {
        _time = new(
            new(Guid.CreateVersion7(), () => 0, () => MachineClocks.ToNs(TimeProvider.System.GetUtcNow()), () => TimeSource.Kernel), new(),
            TimeNotes.Open(_directory.Path, NullLogger.Instance), NullLogger.Instance);
        _context = new(TimeProvider.System, NullLoggerFactory.Instance, new(TimeProvider.System), _time);
    }

    public void Dispose()
    {
        _time.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Other_sensors_are_exchanged_and_the_outbox_stays_open_and_other_outboxes_open_it_anew()
    {
        using var stopping = new CancellationTokenSource();
        var life = Life(Options(("Sensors:s:Kind", "Simulated")));
        var running = life.RunAsync(stopping.Token);
        await _context.Changed.WaitAsync(TestContext.Current.CancellationToken);

        life.Apply(Options(("Sensors:t:Kind", "Simulated"), ("Sensors:t:Include:0", "*"), ("Update:Version", "2.0.0")), () => { });
        await SamplesAsync(life, "t");
        life.Apply(Options(("Sensors:t:Kind", "Simulated"), ("Sensors:t:Include:0", "*"), ("Logging:LogLevel:Default", "Debug")), () => { });
        Assert.Equal(1, _opened);

        life.Apply(Options(("Sensors:u:Kind", "Simulated"), ("Outbox:Streams:slow:MaxBytes", "2097152")), () => { });
        await SamplesAsync(life, "u");
        Assert.Equal(2, _opened);

        await stopping.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("Outbox:Streams:fast:Policy", "DropOldest")]
    [InlineData("Batching:MaxAge", "00:00:02")]
    [InlineData("Gateway:KeepAlive", "00:00:02")]
    public void What_is_in_a_section_tells_two_apart(string key, string value)
    {
        string[] sections = ["Outbox", "Batching", "Gateway"];

        Assert.True(Options(("Sensors:s:Kind", "System")).IsSame(Options(("Remote:TrialTime", "00:01:00")), sections));
        Assert.False(Options().IsSame(Options((key, value)), sections));
        Assert.False(Options((key, value)).IsSame(Options(), sections));
    }

    private DeviceLife Life(AgentOptions options)
    {
        var catalog = new SensorCatalog(NullLogger<SensorCatalog>.Instance, TimeProvider.System, _directory.Path);
        return new(Pump, options, now => catalog.OfThisMachine(now.Sensors), (sensors, now, delivered) =>
        {
            _opened++;
            return new(Pump, sensors, _directory["outbox"], now, _context) { Delivered = delivered };
        });
    }

    private static Task SamplesAsync(DeviceLife life, string sensor) => Eventually.TrueAsync(
        () => life.Status?.Sensors.Any(one => one.Name.Equals(sensor, StringComparison.Ordinal)) is true, $"{sensor} is sampled");

    private static AgentOptions Options(params (string Key, string Value)[] settings) => AgentSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Device:Id", "pump-7"), new("Gateway:Url", "mqtt://127.0.0.1:1"), new("Gateway:DrainTimeout", "00:00:00"), new("Outbox:Streams:fast:MaxBytes", "1048576"),
            .. settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)),
        ]).Build());
}
