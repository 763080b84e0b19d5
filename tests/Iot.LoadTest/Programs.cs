using Iot.Testing;

namespace Iot.LoadTest;

/// <summary>Where the Release build leaves the programs under test.</summary>
internal static class Programs
{
    public static string Gateway { get; } = Path.Combine(RepositoryRoot.Path, "gateway/Iot.Gateway/bin/Release/net10.0/iot-gateway");

    public static string Agent { get; } = Path.Combine(RepositoryRoot.Path, "edge-agent/Iot.EdgeAgent/bin/Release/net10.0/iot-edge-agent");
}
