using System.Collections.Concurrent;
using Iot.Gateway.Certificates;
using Iot.Wire;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Devices;

/// <summary>Who belongs here: a SQLite file. Thread-safe; one at a time. What a call changed is on disk when it returns.</summary>
internal sealed class DeviceRegistry : IDisposable
{
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _turn = new();
    private readonly ConcurrentDictionary<DeviceId, DateTimeOffset> _seen = new();
    private readonly SqliteFile _file;
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;
    private readonly ILogger<DeviceRegistry> _logger;
    private readonly ITimer _timer;
    private bool _isClosed;

    private DeviceRegistry(SqliteFile file, SqliteConnection connection, TimeProvider clock, ILogger<DeviceRegistry> logger)
    {
        (_file, _connection, _clock, _logger, Identity) = (file, connection, clock, logger, new(clock));
        foreach (var device in RegistryReader.All(connection))
        {
            Identity.Set(device.Id, device);
            Directory.Set(device.Id, device);
        }

        _timer = clock.CreateTimer(_ => WriteSeen(), null, SeenEvery, SeenEvery);
    }

    /// <summary>What it says, for each TLS client that comes.</summary>
    public DeviceIdentity Identity { get; }

    /// <summary>What it says, for lists of devices.</summary>
    public DeviceDirectory Directory { get; } = new();

    /// <summary>Called when a device was forgotten.</summary>
    internal Action<DeviceId>? Removed { get; set; }

    /// <exception cref="DeviceRegistryException">It cannot be used; it is left as it is.</exception>
    public static DeviceRegistry Open(string path, TimeProvider clock, ILogger<DeviceRegistry> logger)
    {
        var file = RegistryFile.At(path);
        var connection = file.OpenRegistry();
        try
        {
            return new(file, connection, clock, logger);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw file.Describe(e);
        }
    }

    public IReadOnlyList<RegisteredDevice> List() => Read(connection => RegistryReader.All(connection).Select(WithSeen).ToList());

    public RegisteredDevice? Find(DeviceId device) => Read(connection => RegistryReader.Find(connection, device) is { } found ? WithSeen(found) : null);

    /// <summary>Expects a device from now on.</summary>
    /// <returns>False: there is one of that id already.</returns>
    public bool Add(DeviceId device, DeviceDescription description) => Change(device, connection => connection.Execute(
        "INSERT INTO devices (id, type, site, tags, state, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        device.Value, description.Type, description.Site, RegistryReader.Tags(description.Tags), (int)EnrollmentState.Pending, _clock.GetUtcNow().ToUnixTimeSeconds())) == 1;

    /// <summary>The one token of the device from now on.</summary>
    /// <returns>False: no such device, or it is disabled.</returns>
    public bool SetToken(DeviceId device, Fingerprint hash, DateTimeOffset until) => Change(device, connection => connection.Execute(
        "INSERT OR REPLACE INTO tokens (device, hash, expires_at) SELECT id, $2, $3 FROM devices WHERE id = $1 AND state != $4",
        device.Value, hash.ToBytes(), until.ToUnixTimeSeconds(), (int)EnrollmentState.Disabled)) == 1;

    /// <summary>Shut out with all its certificates; an open token is void.</summary>
    /// <returns>False: no such device.</returns>
    public bool Disable(DeviceId device) => Change(device, connection =>
    {
        connection.Execute("DELETE FROM tokens WHERE device = $1", device.Value);
        return connection.Execute("UPDATE devices SET state = $2 WHERE id = $1", device.Value, (int)EnrollmentState.Disabled);
    }) == 1;

    /// <summary>As it was before it was disabled.</summary>
    /// <returns>False: no such device.</returns>
    public bool Enable(DeviceId device) => Change(device, connection => connection.Execute(
        "UPDATE devices SET state = CASE WHEN state != $2 THEN state WHEN EXISTS (SELECT 1 FROM certificates WHERE device = $1) OR EXISTS (SELECT 1 FROM passwords WHERE device = $1) THEN $3 ELSE $4 END WHERE id = $1",
        device.Value, (int)EnrollmentState.Disabled, (int)EnrollmentState.Active, (int)EnrollmentState.Pending)) == 1;

    /// <summary>The one password of the device from now on; null: none.</summary>
    /// <returns>False: no such device, or it is disabled.</returns>
    public bool SetPassword(DeviceId device, DevicePassword? password) => Change(device, connection =>
    {
        if (password is null) return connection.Execute("DELETE FROM passwords WHERE device = $1", device.Value);

        connection.Execute("UPDATE devices SET state = $2 WHERE id = $1 AND state = $3", device.Value, (int)EnrollmentState.Active, (int)EnrollmentState.Pending);
        return connection.Execute(
            "INSERT OR REPLACE INTO passwords (device, hash, made_at) SELECT id, $2, $3 FROM devices WHERE id = $1 AND state != $4",
            device.Value, password.Hash, _clock.GetUtcNow().ToUnixTimeSeconds(), (int)EnrollmentState.Disabled);
    }) == 1;

    /// <summary>Forgets it, its certificates and its token; its readings and books stay.</summary>
    /// <returns>False: no such device.</returns>
    public bool Remove(DeviceId device)
    {
        _seen.TryRemove(device, out _);
        var isRemoved = Change(device, connection =>
        {
            connection.Execute("DELETE FROM configs WHERE device = $1", device.Value);
            return connection.Execute("DELETE FROM devices WHERE id = $1", device.Value);
        }) == 1;
        Removed?.Invoke(device);
        return isRemoved;
    }

    /// <summary>It was heard of now; written once a minute.</summary>
    public void Seen(DeviceId device) => _seen[device] = _clock.GetUtcNow();

    public void Dispose()
    {
        _timer.Dispose();
        WriteSeen();
        lock (_turn)
        {
            _isClosed = true; // a timer that has fired already finds nothing to do
            _connection.Dispose();
        }
    }

    /// <summary>One transaction about one device; then its identity is what the registry says.</summary>
    internal T Change<T>(DeviceId device, Func<SqliteConnection, T> change)
    {
        bool ended;
        T result;
        lock (_turn)
        {
            result = InTransaction(change);
            var now = Guard(connection => RegistryReader.Find(connection, device));
            ended = Identity.Set(device, now);
            Directory.Set(device, now);
        }

        if (ended) Identity.RaiseEnded(device);
        return result;
    }

    /// <summary>One transaction about many devices, that changes the identity of none.</summary>
    internal T Note<T>(Func<SqliteConnection, T> change)
    {
        lock (_turn) return InTransaction(change);
    }

    internal T Read<T>(Func<SqliteConnection, T> read)
    {
        lock (_turn) return Guard(read);
    }

    private T InTransaction<T>(Func<SqliteConnection, T> change) => Guard(connection =>
    {
        using var transaction = connection.BeginTransaction();
        var result = change(connection);
        transaction.Commit();
        return result;
    });

    private T Guard<T>(Func<SqliteConnection, T> action)
    {
        try
        {
            return action(_connection);
        }
        catch (SqliteException e)
        {
            throw _file.Describe(e);
        }
    }

    private RegisteredDevice WithSeen(RegisteredDevice device) => _seen.TryGetValue(device.Id, out var at) ? device with { LastSeen = at } : device;

    private void WriteSeen()
    {
        var seen = _seen.ToArray();
        if (seen.Length == 0) return;

        try
        {
            lock (_turn)
            {
                if (_isClosed) return;

                InTransaction(connection => seen.Sum(entry => connection.Execute("UPDATE devices SET last_seen = $2 WHERE id = $1", entry.Key.Value, entry.Value.ToUnixTimeSeconds())));
            }

            foreach (var entry in seen) _seen.TryRemove(entry); // unless it was seen again since
        }
        catch (DeviceRegistryException e)
        {
            _logger.SeenNotWritten(e, e.Message);
        }
    }
}
