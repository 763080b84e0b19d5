using System.ComponentModel;
using System.Diagnostics;

namespace Iot.EdgeAgent.Setup;

/// <summary>The installed service, by <c>systemctl</c>.</summary>
internal static class Service
{
    public static bool CanStart => InstalledService.IsThere && Directory.Exists("/run/systemd/system");

    /// <summary>Enables it and starts it anew; complete once it says that it is ready.</summary>
    /// <returns>Null when all went well, else what went wrong and what to do.</returns>
    public static async Task<string?> StartAsync(CancellationToken cancellation) =>
        await SystemctlAsync("enable", cancellation) ?? await SystemctlAsync("restart", cancellation);

    private static async Task<string?> SystemctlAsync(string verb, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo("systemctl", [verb, InstalledService.Unit]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(info)!;
            var (error, output) = (process.StandardError.ReadToEndAsync(cancellation), process.StandardOutput.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == 0) return null;

            await output;
            return $"systemctl {verb} {InstalledService.Unit}: {(await error).Trim()} See journalctl -u {InstalledService.Unit}.";
        }
        catch (Win32Exception e)
        {
            return $"systemctl: {e.Message}. Without systemd start it by hand: iot-edge-agent run.";
        }
    }
}
