using System.Text;
using Iot.Gateway.Devices;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Devices;

public sealed class DeviceConfigsTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");
    private static readonly DeviceId Stranger = DeviceId.Parse("stranger");

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private DeviceRegistry _registry;
    private DeviceConfigs _configs;

    public DeviceConfigsTests() => (_registry, _configs) = Open();

    public void Dispose()
    {
        Close();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_is_desired_is_told_numbered_and_there_after_a_restart()
    {
        var told = new List<string>();
        _configs.Telling = (device, payload) =>
        {
            told.Add($"{device} {Encoding.UTF8.GetString(payload ?? [])}");
            return Task.CompletedTask;
        };
        await _configs.SetAsync(Pump, """{"Batching":{}}""");
        await _configs.SetAsync(Pump, "{}");
        Restart();

        Assert.Equal(["""pump-7 {"version":1,"settings":{"Batching":{}}}""", """pump-7 {"version":2,"settings":{}}"""], told);
        Assert.Equal((2L, "{}", _clock.GetUtcNow()), (_configs.Find(Pump)!.Version, _configs.Find(Pump)!.Settings, _configs.Find(Pump)!.SetAt));
        Assert.Equal(Pump, Assert.Single(_configs.Desired()).Device);
    }

    [Fact]
    public async Task The_last_report_is_shown_at_once_and_kept_over_a_restart()
    {
        await _configs.SetAsync(Pump, "{}");
        Report(Pump, """{"version":1,"state":"trial"}""");
        Report(Pump, """{"version":1,"state":"applied"}""");

        Assert.Equal("""{"version":1,"state":"applied"}""", _configs.Find(Pump)!.Reported);
        Restart();
        Assert.Equal("""{"version":1,"state":"applied"}""", _configs.Find(Pump)!.Reported);
    }

    [Fact]
    public void A_registered_device_may_report_before_anybody_has_configured_it()
    {
        _registry.Add(Pump, new("", "", new Dictionary<string, string>()));
        _registry.SetPassword(Pump, DevicePassword.Of("correct horse 42"));
        Report(Pump, """{"version":0,"state":"local"}""");
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((0L, """{"version":0,"state":"local"}"""), (_configs.Find(Pump)!.Version, _configs.Find(Pump)!.Reported));
        Assert.Empty(_configs.Desired());
    }

    [Theory]
    [InlineData("stranger", """{"version":0}""")]
    [InlineData("pump-7", "no JSON")]
    [InlineData("pump-7", "[]")]
    [InlineData("pump-7", """{"state":"\ud800"}""")]
    [InlineData("pump-7", """{"\udc00":1}""")]
    [InlineData("pump-7", "{} {}")]
    [InlineData("pump-7", "")]
    public async Task Of_strangers_and_of_what_is_no_JSON_object_nothing_is_kept(string device, string report)
    {
        await _configs.SetAsync(Pump, "{}");
        Report(DeviceId.Parse(device), report);
        Restart();

        Assert.Null(_configs.Find(Stranger));
        Assert.Null(_configs.Find(Pump)!.Reported);
    }

    [Fact]
    public async Task Who_is_forgotten_is_forgotten_here_and_what_is_retained_is_cleared()
    {
        var cleared = new List<DeviceId>();
        _registry.Add(Pump, new("", "", new Dictionary<string, string>()));
        await _configs.SetAsync(Pump, "{}");
        Report(Pump, "{}");
        _configs.Telling = (device, payload) =>
        {
            if (payload is null) cleared.Add(device);
            return Task.CompletedTask;
        };

        _registry.Remove(Pump);
        Restart();

        Assert.Equal([Pump], cleared);
        Assert.Null(_configs.Find(Pump));
    }

    [Fact]
    public async Task A_file_from_before_there_were_configurations_is_taken_over()
    {
        _registry.Add(Pump, new("pump", "", new Dictionary<string, string>()));
        Close();
        using (var connection = new SqliteConnection($"Data Source={_directory["devices.db"]};Pooling=False"))
        {
            connection.Open();
            connection.Execute("DROP TABLE configs; PRAGMA user_version = 2;");
        }

        (_registry, _configs) = Open();
        await _configs.SetAsync(Pump, "{}");

        Assert.Equal("pump", _registry.Find(Pump)!.Description.Type);
        Assert.Equal(1, _configs.Find(Pump)!.Version);
    }

    [Fact]
    public void All_reports_of_a_round_are_one_transaction()
    {
        var devices = Enumerable.Range(1, 20).Select(number => DeviceId.Parse($"pump-{number}")).ToList();
        foreach (var device in devices)
        {
            _registry.Add(device, new("", "", new Dictionary<string, string>()));
            _registry.SetPassword(device, DevicePassword.Of("correct horse 42"));
            Report(device, """{"version":0}""");
        }

        var commits = 0;
        _registry.Read(connection =>
        {
            SQLitePCL.raw.sqlite3_commit_hook(connection.Handle, _ =>
            {
                commits++;
                return 0;
            }, null);
            return true;
        });
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1, commits);
        Restart();
        Assert.All(devices, device => Assert.NotNull(_configs.Find(device)!.Reported));
    }

    [Fact]
    public async Task A_report_in_flight_does_not_bring_back_a_device_that_is_removed()
    {
        _registry.Add(Pump, new("", "", new Dictionary<string, string>()));
        await _configs.SetAsync(Pump, "{}");
        Report(Pump, "{}");
        _registry.Removed = _ => _clock.Advance(TimeSpan.FromSeconds(5)); // the round falls between what is deleted and who hears of it

        _registry.Remove(Pump);

        Assert.Null(_configs.Find(Pump));
    }

    [Fact]
    public async Task A_timer_that_fires_while_all_is_closed_finds_nothing_to_do()
    {
        var late = new LateTimers();
        var registry = DeviceRegistry.Open(_directory["late.db"], late, NullLogger<DeviceRegistry>.Instance);
        var configs = new DeviceConfigs(registry, late, NullLogger<DeviceConfigs>.Instance);
        await configs.SetAsync(Pump, "{}");
        configs.Dispose();
        registry.Dispose();
        configs.Told(Pump, "{}"u8);
        registry.Seen(Pump);

        Assert.Equal(2, late.Fire());
    }

    private void Report(DeviceId device, string report) => _configs.Told(device, Encoding.UTF8.GetBytes(report));

    private void Restart()
    {
        Close();
        (_registry, _configs) = Open();
    }

    private void Close()
    {
        _configs.Dispose();
        _registry.Dispose();
    }

    private (DeviceRegistry Registry, DeviceConfigs Configs) Open()
    {
        var registry = DeviceRegistry.Open(_directory["devices.db"], _clock, NullLogger<DeviceRegistry>.Instance);
        return (registry, new(registry, _clock, NullLogger<DeviceConfigs>.Instance));
    }

    /// <summary>Timers whose callbacks have begun when they are disposed.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly List<Action> _callbacks = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callbacks.Add(() => callback(state));
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public int Fire()
        {
            _callbacks.ForEach(callback => callback());
            return _callbacks.Count;
        }
    }
}
