using Iot.Gateway.Certificates;
using Iot.Gateway.Devices;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Devices;

/// <summary>Who belongs here, across restarts; and a file that cannot be trusted.</summary>
public sealed class DeviceRegistryTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    private string FilePath => _directory["devices.db"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_from_before_there_were_passwords_is_taken_over()
    {
        using (var registry = DeviceRegistry.Open(FilePath, _clock, NullLogger<DeviceRegistry>.Instance))
            registry.Add(Pump, new("pump", "hall 3", new Dictionary<string, string>()));
        using (var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            connection.Open();
            connection.Execute("DROP TABLE configs; DROP TABLE passwords; ALTER TABLE certificates DROP COLUMN root; PRAGMA user_version = 1;");
        }

        using var again = DeviceRegistry.Open(FilePath, _clock, NullLogger<DeviceRegistry>.Instance);

        Assert.Equal("hall 3", again.Find(Pump)!.Description.Site);
        Assert.True(again.SetPassword(Pump, DevicePassword.Of("correct horse 42")));
        Assert.NotNull(again.Identity.PasswordOf(Pump));
    }

    [Fact]
    public void A_device_is_the_same_after_a_restart()
    {
        using (var before = Open())
        {
            Assert.True(before.Add(Pump, new("pump", "hall 3", new Dictionary<string, string> { ["line"] = "'; DROP TABLE devices; --" })));
            before.Seen(Pump);
        }

        using var after = Open();
        var device = after.Find(Pump)!;

        Assert.Equal(("pump", "hall 3", EnrollmentState.Pending), (device.Description.Type, device.Description.Site, device.State));
        Assert.Equal("'; DROP TABLE devices; --", device.Description.Tags["line"]);
        Assert.Equal((_clock.GetUtcNow(), (DateTimeOffset?)_clock.GetUtcNow()), (device.CreatedAt, device.LastSeen));
    }

    [Fact]
    public void A_device_is_there_once()
    {
        using var registry = Open();
        registry.Add(Pump, new("pump", "", new Dictionary<string, string>()));

        Assert.False(registry.Add(Pump, new("valve", "", new Dictionary<string, string>())));
        Assert.Equal("pump", Assert.Single(registry.List()).Description.Type);
    }

    [Fact]
    public void What_is_not_there_is_not_changed()
    {
        using var registry = Open();

        Assert.False(registry.Disable(Pump) || registry.Enable(Pump) || registry.Remove(Pump) || registry.SetToken(Pump, default, _clock.GetUtcNow()));
    }

    [Fact]
    public void Last_seen_is_written_within_a_minute()
    {
        using var registry = Open();
        registry.Add(Pump, new("", "", new Dictionary<string, string>()));
        registry.Seen(Pump);
        _clock.Advance(TimeSpan.FromMinutes(1));

        using var other = Open();

        Assert.NotNull(other.Find(Pump)!.LastSeen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(4096 * 5)] // an index that opening does not read
    public void A_damaged_file_is_an_error_and_stays_as_it_is(int from)
    {
        using (var registry = Open())
        {
            for (var i = 0; i < 200; i++) registry.Add(DeviceId.Parse($"pump-{i}"), new("pump", "", new Dictionary<string, string>()));
        }

        var bytes = File.ReadAllBytes(FilePath);
        Array.Fill(bytes, (byte)0x5A, from, Math.Min(4096, bytes.Length - from));
        File.WriteAllBytes(FilePath, bytes);

        var refused = Assert.Throws<DeviceRegistryException>(() => Open());

        Assert.Contains(FilePath, refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void A_database_of_somebody_else_is_not_taken_over()
    {
        Execute("CREATE TABLE mine (x)");

        Assert.Contains("somebody else", Assert.Throws<DeviceRegistryException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_later_version_is_not_opened()
    {
        Open().Dispose();
        Execute($"PRAGMA user_version = {RegistrySchema.Version + 1}");

        Assert.Contains("Run the program that wrote it", Assert.Throws<DeviceRegistryException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_fails_leaves_everything_as_it_was()
    {
        using var registry = Open();
        registry.Add(Pump, new("", "", new Dictionary<string, string>()));

        Assert.Throws<CaException>(() => registry.Change<int>(Pump, connection =>
        {
            connection.Execute("DELETE FROM devices");
            throw new CaException("issuing.pem", "it expired", "Give another.");
        }));

        Assert.NotNull(registry.Find(Pump));
        Assert.True(registry.Disable(Pump));
    }

    private DeviceRegistry Open() => DeviceRegistry.Open(FilePath, _clock, NullLogger<DeviceRegistry>.Instance);

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=false");
        connection.Open();
        connection.Execute(sql);
    }
}
