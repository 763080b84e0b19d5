namespace Iot.EdgeAgent;

/// <summary>The agent as the package installs it, seen from a command that somebody types outside of it.</summary>
internal static class InstalledService
{
    public const string Unit = "iot-edge-agent.service";
    public const string DataPath = "/var/lib/iot-edge-agent";

    private static readonly string[] UnitPaths = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    public static bool IsThere => Directory.Exists(DataPath) || UnitPaths.Any(path => File.Exists(Path.Combine(path, Unit)));

    /// <summary>Where the service keeps its data, when it is installed and nobody says otherwise.</summary>
    public static string DirectoryFor(DataOptions options)
    {
        if (options.Path is not null || Environment.GetEnvironmentVariable("STATE_DIRECTORY") is not null) return Fleet.DataPath(options);

        return IsThere ? DataPath : Fleet.DataPath(options);
    }
}
