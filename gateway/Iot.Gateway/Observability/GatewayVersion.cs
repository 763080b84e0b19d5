using System.Reflection;

namespace Iot.Gateway.Observability;

/// <summary>The version printed by <c>--version</c>, on the page and in metrics.</summary>
internal static class GatewayVersion
{
    public static string Text { get; } =
        typeof(GatewayVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
