namespace Iot.Testing;

/// <summary>Our own programs as the build left them in the repository, of the same configuration as the running test.</summary>
public static class BuiltProgram
{
    public static string Gateway => Find("gateway/Iot.Gateway", "iot-gateway");

    public static string EdgeAgent => Find("edge-agent/Iot.EdgeAgent", "iot-edge-agent");

    /// <summary>Test assemblies lie in <c>bin/CONFIGURATION/net10.0</c>, as the programs do.</summary>
    private static string Find(string project, string name)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.Combine(RepositoryRoot.Path, project, "bin", framework.Parent!.Name, framework.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"'{path}' is not there; build Iot.sln first.", path);
    }
}
