using System.CommandLine;
using System.Net;
using Iot.Gateway.Dashboard;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway health</c>: asks the running gateway whether it is ready; what a container's health check calls.</summary>
internal static class HealthCommand
{
    public static Command Create(IReadOnlyList<string> settings) => GatewayCommand.Create(
        "health", "Ask the running gateway whether it is ready: exit code 0 ready or degraded, 1 not.",
        (_, cancellation) => RunAsync(settings, cancellation));

    private static async Task<int> RunAsync(IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        using var client = GatewayClient.Of(gateway.Services);
        using var answer = await client.SendAsync("/health/ready", cancellation, HttpStatusCode.ServiceUnavailable);
        if (answer is null)
        {
            Terminal.Error($"Nothing listens on {gateway.Services.GetRequiredService<HttpOptions>().Url}. Is the gateway running?");
            return GatewayCommandLine.Failed;
        }

        Terminal.Line(await answer.Content.ReadAsStringAsync(cancellation));
        return answer.IsSuccessStatusCode ? GatewayCommandLine.Done : GatewayCommandLine.Failed;
    }
}
