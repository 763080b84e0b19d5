using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.EdgeAgent.Enrollment;
using Iot.Journal;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What is kept of configurations in the data directory, each file replaced as a whole or not at all, and read by nobody else.</summary>
/// <remarks><c>remote.json</c>: what the gateway desired and what came of it. <c>last-good.json</c>: what was configured on this machine when that was last without fault.</remarks>
internal sealed class ConfigFiles(string directory, IDisk? disk = null)
{
    private readonly IDisk _disk = disk ?? new PosixDisk();
    private readonly string _state = Path.Combine(directory, "remote.json");
    private readonly string _lastGood = Path.Combine(directory, "last-good.json");

    /// <summary>Which file could not be read, and why; null when all could.</summary>
    public string? Unreadable { get; private set; }

    /// <summary>Nothing remembered when it cannot be read: then the machine's own configuration is in force, and the gateway's is tried anew.</summary>
    public ConfigState ReadState() => Read(_state, ConfigJson.Default.ConfigState) ?? new();

    /// <exception cref="IOException">It is not on disk.</exception>
    public void Write(ConfigState state) => PrivateFile.Write(_disk, _state, JsonSerializer.SerializeToUtf8Bytes(state, ConfigJson.Default.ConfigState));

    /// <returns>False: it is not on disk.</returns>
    public bool TryWrite(ConfigState state, ILogger logger)
    {
        try
        {
            Write(state);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.NotNoted(e.Message);
            return false;
        }
    }

    /// <summary>Null: there is none that can be read.</summary>
    public Dictionary<string, string>? ReadLastGood() => Read(_lastGood, ConfigJson.Default.Flat);

    /// <summary>Written when it differs only: flash wears.</summary>
    public void KeepLastGood(IConfiguration local, ILogger logger)
    {
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(EffectiveSettings.Flat(local), ConfigJson.Default.Flat);
            if (File.Exists(_lastGood) && File.ReadAllBytes(_lastGood).AsSpan().SequenceEqual(bytes)) return;

            PrivateFile.Write(_disk, _lastGood, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LastGoodNotKept(e.Message);
        }
    }

    private T? Read<T>(string path, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Unreadable = $"'{path}': {e.Message}";
            return null;
        }
    }
}
