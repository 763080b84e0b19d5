using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Iot.EdgeAgent.Observability;

/// <summary>Tells systemd that the agent lives, for as long as its loops do. Does nothing without <c>WatchdogSec=</c>.</summary>
internal sealed class Watchdog(ISystemdNotifier notifier, Pulses pulses, TimeProvider clock, ILogger<Watchdog> logger) : BackgroundService
{
    /// <summary>Half of what systemd allows; null when it watches nothing.</summary>
    public static TimeSpan? Interval(string? watchdogMicroseconds) =>
        long.TryParse(watchdogMicroseconds, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds / 2)
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Interval(Environment.GetEnvironmentVariable("WATCHDOG_USEC")) is not { } interval) return;

        using var timer = new PeriodicTimer(interval, clock);
        do
        {
            if (pulses.Overdue() is { } loop) logger.LoopHangs(loop);
            else notifier.Notify(new ServiceState("WATCHDOG=1"));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
