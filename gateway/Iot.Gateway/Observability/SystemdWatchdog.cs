using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Iot.Gateway.Observability;

/// <summary>Tells systemd that we are alive, twice as often as it wants to hear, and only while every loop is.</summary>
/// <remarks>Silence makes systemd kill and restart us; what was acknowledged is in the journal.</remarks>
internal sealed class SystemdWatchdog(
    ISystemdNotifier systemd, GatewayHealth health, WatchdogSettings settings, TimeProvider clock, ILogger<SystemdWatchdog> logger)
    : BackgroundService
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Within is not { } within) return;

        using var ticks = new PeriodicTimer(within / 2, clock);
        var silent = false;
        do
        {
            var problems = health.Live().Reasons;
            if (problems.Count == 0) systemd.Notify(Alive);
            else if (!silent) logger.WatchdogWithheld(string.Join(' ', problems), within.TotalSeconds);
            silent = problems.Count > 0;
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }
}

/// <param name="Within">systemd wants to hear from us within this; null when it does not watch us.</param>
internal sealed record WatchdogSettings(TimeSpan? Within)
{
    /// <summary>From WATCHDOG_USEC and WATCHDOG_PID, as sd_watchdog_enabled(3) says.</summary>
    public static WatchdogSettings FromEnvironment(Func<string, string?> variable, int processId)
    {
        var forUs = variable("WATCHDOG_PID") is not { Length: > 0 } pid || string.Equals(pid, processId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var asked = long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0;
        return new(forUs && asked ? TimeSpan.FromMicroseconds(microseconds) : null);
    }
}
