using System.CommandLine;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway run</c>, the default: serves until SIGTERM, then drains.</summary>
internal static class RunCommand
{
    public static Command Create() => GatewayCommand.Create("run", "Serve until SIGTERM or Ctrl-C (the default command).", ServeAsync);

    public static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        GatewayCommand.GuardAsync(() => ServeAsync(parsed, cancellation));

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.Build(parsed.UnmatchedTokens);
        await gateway.RunAsync(cancellation);
        return GatewayCommandLine.Done;
    }
}
