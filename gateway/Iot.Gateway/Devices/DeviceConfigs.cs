using System.Collections.Concurrent;
using System.Text.Json;
using Iot.Wire;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Devices;

/// <summary>What each device is to be configured as, and what it said became of it. In the registry's file; thread-safe.</summary>
/// <remarks>
/// A desired configuration is on disk before anybody is told. Reports are written together every few seconds, the last of each device:
/// a device tells its own anew with each connect, and one that floods costs no more than one that does not.
/// </remarks>
internal sealed class DeviceConfigs : IDisposable
{
    public const int MaxSettingsBytes = 32 * 1024 - 64; // the agent reads messages of 32 KiB

    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<DeviceId, (string Report, DateTimeOffset At)> _reports = new();
    private readonly ConcurrentDictionary<DeviceId, bool> _configured;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _writing = new();
    private readonly DeviceRegistry _registry;
    private readonly TimeProvider _clock;
    private readonly ILogger<DeviceConfigs> _logger;
    private readonly ITimer _timer;
    private bool _isClosed;

    public DeviceConfigs(DeviceRegistry registry, TimeProvider clock, ILogger<DeviceConfigs> logger)
    {
        (_registry, _clock, _logger) = (registry, clock, logger);
        _configured = new(registry.Read(connection => Read(connection, "")).Select(config => KeyValuePair.Create(config.Device, true)));
        registry.Removed = Forget;
        _timer = clock.CreateTimer(_ => WriteReports(), null, WriteEvery, WriteEvery);
    }

    /// <summary>Tells a device what is desired now; null payload: nothing any more. Null where no broker runs: it tells all of them when it starts.</summary>
    public Func<DeviceId, byte[]?, Task>? Telling { get; set; }

    public DeviceConfig? Find(DeviceId device)
    {
        var found = _registry.Read(connection => Read(connection, "WHERE device = $1", device.Value).FirstOrDefault());
        if (found is null && _reports.ContainsKey(device)) found = new(device, 0, "{}", default, null, null);
        return found is not null && _reports.TryGetValue(device, out var newer) ? found with { Reported = newer.Report, ReportedAt = newer.At } : found;
    }

    /// <summary>Those that somebody desired, to be told at the start.</summary>
    public IReadOnlyList<DeviceConfig> Desired() => _registry.Read(connection => Read(connection, "WHERE version > 0"));

    /// <summary>Desired from now on; each time a new version, so that one that was rolled back may be tried again.</summary>
    /// <param name="device">Registered or not.</param>
    /// <param name="settings">A JSON object; empty: what the device is configured as itself.</param>
    public async Task<DeviceConfig> SetAsync(DeviceId device, string settings)
    {
        await _turn.WaitAsync();
        try
        {
            _registry.Change(device, connection => connection.Execute(
                "INSERT INTO configs (device, version, settings, set_at) VALUES ($1, 1, $2, $3) ON CONFLICT (device) DO UPDATE SET version = version + 1, settings = $2, set_at = $3",
                device.Value, settings, _clock.GetUtcNow().ToUnixTimeSeconds()));
            _configured[device] = true;
            var now = Find(device)!;
            if (Telling is { } tell) await tell(device, now.ToMessage()); // in turn, so that the newest is retained
            return now;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What a device said. Kept for devices that are registered, or that somebody has configured; of others too many may come.</summary>
    public void Told(DeviceId device, ReadOnlySpan<byte> payload)
    {
        if (AsJson(payload) is { } report && (_registry.Identity.NeedsProof(device) || _configured.ContainsKey(device))) _reports[device] = (report, _clock.GetUtcNow());
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_writing)
        {
            WriteReportsLocked();
            _isClosed = true; // a timer that has fired already finds nothing to do
        }

        _turn.Dispose();
    }

    private static List<DeviceConfig> Read(SqliteConnection connection, string where, params ReadOnlySpan<object?> parameters)
    {
        using var command = connection.Command($"SELECT device, version, settings, set_at, reported, reported_at FROM configs {where} ORDER BY device", parameters);
        using var row = command.ExecuteReader();
        var found = new List<DeviceConfig>();
        while (row.Read())
        {
            found.Add(new(
                DeviceId.Parse(row.GetString(0)), row.GetInt64(1), row.GetString(2), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(3)),
                row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(5))));
        }

        return found;
    }

    /// <summary>The registry has forgotten the device, and this with it.</summary>
    private void Forget(DeviceId device)
    {
        _reports.TryRemove(device, out _);
        if (_configured.TryRemove(device, out _)) _ = Telling?.Invoke(device, null);
    }

    private static string? AsJson(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 16 });
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object && !reader.Read() ? CompactJson.Of(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // not JSON: passed on to subscribers, and not shown here
        }
    }

    private void WriteReports()
    {
        if (!_writing.TryEnter()) return; // the last round is not over; the next one writes what has come since

        try
        {
            if (!_isClosed) WriteReportsLocked();
        }
        finally
        {
            _writing.Exit();
        }
    }

    private void WriteReportsLocked()
    {
        var reports = _reports.ToArray();
        if (reports.Length == 0) return;

        try
        {
            _registry.Note(connection => reports.Count(report => Write(connection, report.Key, report.Value.Report, report.Value.At)));
            foreach (var report in reports) _reports.TryRemove(report); // unless there is a newer one
        }
        catch (DeviceRegistryException e)
        {
            _logger.ReportsNotWritten(e, e.Message);
        }
    }

    /// <returns>False: the device was forgotten meanwhile.</returns>
    private bool Write(SqliteConnection connection, DeviceId device, string report, DateTimeOffset at)
    {
        var isKept = connection.Execute(
            """
            INSERT INTO configs (device, version, settings, set_at, reported, reported_at) SELECT $1, 0, '{}', 0, $2, $3
            WHERE EXISTS (SELECT 1 FROM devices WHERE id = $1) OR EXISTS (SELECT 1 FROM configs WHERE device = $1)
            ON CONFLICT (device) DO UPDATE SET reported = $2, reported_at = $3
            """, device.Value, report, at.ToUnixTimeSeconds()) == 1;
        if (isKept) _configured[device] = true; // in the registry's turn: who forgets the device comes after
        return isKept;
    }
}

/// <param name="Version">0: nobody has desired anything.</param>
/// <param name="Settings">A JSON object.</param>
/// <param name="Reported">What the device said, a JSON object; null: nothing yet.</param>
internal sealed record DeviceConfig(DeviceId Device, long Version, string Settings, DateTimeOffset SetAt, string? Reported, DateTimeOffset? ReportedAt)
{
    /// <summary>As it stands on <c>config/desired</c>.</summary>
    public byte[] ToMessage() => System.Text.Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{{\"version\":{Version},\"settings\":{Settings}}}"));
}
