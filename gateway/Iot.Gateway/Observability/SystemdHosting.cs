using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Iot.Gateway.Observability;

/// <summary>READY=1, STOPPING=1 and the watchdog, when a service manager started us.</summary>
/// <remarks>UseSystemd() reads /proc of the parent, which ProtectProc=invisible hides; NOTIFY_SOCKET says the same and is always there.</remarks>
internal static class SystemdHosting
{
    public static void Add(IServiceCollection services, Func<string, string?> variable)
    {
        if (variable("NOTIFY_SOCKET") is not { Length: > 0 }) return;

        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SystemdLifetime>());
        services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Systemd);
        services.PostConfigure<ConsoleFormatterOptions>(line => line.TimestampFormat = null); // the journal has its own
        services.AddSingleton(WatchdogSettings.FromEnvironment(variable, Environment.ProcessId));
        services.AddHostedService<SystemdWatchdog>();
    }
}
