using System.Text.Json;

namespace Iot.EdgeAgent.Observability;

/// <summary>Where the running agent notes how it fares, for <c>status</c> to read: <c>status.json</c>.</summary>
/// <remarks>In systemd's runtime directory (memory) when there is one, else beside the data.</remarks>
internal static class StatusFile
{
    public const string Name = "status.json";

    public static string PathToWrite(string dataPath) =>
        Path.Combine(Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY") is { Length: > 0 } runtime ? runtime : dataPath, Name);

    public static void Write(string path, AgentStatus status)
    {
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(status, StatusJson.Default.AgentStatus));
        File.Move(fresh, path, overwrite: true); // readers see one or the other; not synced, it tells of a moment only
    }

    /// <summary>Where it may be, as seen from outside of the service.</summary>
    public static IEnumerable<string> Places(string dataPath) => [PathToWrite(dataPath), Path.Combine("/run/iot-edge-agent", Name), Path.Combine(dataPath, Name)];

    /// <summary>Null when no agent has written one where this user would find it.</summary>
    /// <exception cref="JsonException">The file is not what an agent wrote.</exception>
    /// <exception cref="UnauthorizedAccessException">There is one, for others.</exception>
    public static AgentStatus? Read(string dataPath)
    {
        if (Places(dataPath).FirstOrDefault(File.Exists) is not { } path) return null;

        var status = JsonSerializer.Deserialize(ReadAll(path), StatusJson.Default.AgentStatus);
        return status is null ? null : status with { Running = status.Running && Directory.Exists($"/proc/{status.ProcessId}") };
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"'{path}', the state of the running agent, is not for this user. Run the same as root, with sudo.", e);
        }
    }
}
