using System.CommandLine;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway run</c>, the default: serves until SIGTERM, then drains.</summary>
internal static class RunCommand
{
    public static Command Create(IReadOnlyList<string> settings) => GatewayCommand.Create(
        "run", "Serve until SIGTERM or Ctrl-C (the default command).", (_, cancellation) => ServeAsync(settings, cancellation));

    public static Task<int> ServeAsync(IReadOnlyList<string> settings, CancellationToken cancellation) => GatewayCommand.GuardAsync(async () =>
    {
        await using var gateway = GatewayHost.Build(settings);
        await gateway.RunAsync(cancellation);
        return GatewayCommandLine.Done;
    });
}
