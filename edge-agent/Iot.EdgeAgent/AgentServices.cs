using Iot.EdgeAgent.Configuring;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Timekeeping;
using Iot.EdgeAgent.Updating;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Iot.EdgeAgent;

/// <summary>What the host is made of.</summary>
internal static class AgentServices
{
    public static void AddAgent(this HostApplicationBuilder builder, ConfigStart start)
    {
        var (services, options, levels) = (builder.Services, start.Effective.Options, new LogLevels());
        levels.Set(start.Effective.Configuration);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<Pulses>();
        services.AddSingleton(provider => KeeperOf(options, provider.GetRequiredService<ILogger<Timekeeper>>()));
        services.AddSingleton<AgentContext>();
        services.AddSingleton(provider => new SensorCatalog(provider.GetRequiredService<ILogger<SensorCatalog>>(), TimeProvider.System, Fleet.DataPath(options.Data)));
        services.AddSingleton(provider => Fleet.Create(
            options, provider.GetRequiredService<SensorCatalog>(), provider.GetRequiredService<AgentContext>()));
        services.AddHostedService<TimeWatch>();
        if (start.IsThisMachine) AddConfiguring(services, start, levels);
        services.AddHostedService<AgentService>();
        services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Gateway.DrainTimeout + TimeSpan.FromSeconds(10));

        var supervised = Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 };
        if (supervised) AddSystemd(services);
        AddLogging(builder.Logging, levels, supervised);
    }

    private static void AddConfiguring(IServiceCollection services, ConfigStart start, LogLevels levels)
    {
        services.AddSingleton(start);
        services.AddSingleton(levels);
        if (start.IsRemote) services.AddSingleton<ConfigExchange>();
        services.AddSingleton<Configurator>();
        services.AddHostedService(provider => provider.GetRequiredService<Configurator>());
    }

    private static Timekeeper KeeperOf(AgentOptions options, ILogger logger) => new(
        MachineClocks.OfThisMachine(options.Time, TimeProvider.System), options.Time, TimeNotes.Open(Fleet.DataPath(options.Data), logger), logger);

    /// <summary>For a device that was enrolled.</summary>
    public static void AddIdentity(this IServiceCollection services, IdentityFiles files, AgentOptions options)
    {
        services.AddSingleton(files);
        services.AddSingleton<Credentials>();
        services.AddSingleton<EnrollmentClient>();
        services.AddSingleton<Func<double>>(Random.Shared.NextDouble);
        services.AddHostedService<Renewal>();
        services.AddSingleton(new UpdatePaths(Fleet.DataPath(options.Data)));
        services.AddHostedService(LoopOfUpdates);
    }

    private static UpdateLoop LoopOfUpdates(IServiceProvider provider)
    {
        var life = provider.GetRequiredService<IReadOnlyList<DeviceLife>>()[0];
        var loop = new UpdateLoop(
            () => life.Options.Update, AgentContext.ProgramVersion, provider.GetRequiredService<Credentials>(), provider.GetRequiredService<UpdatePaths>(),
            provider.GetRequiredService<Func<double>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UpdateLoop>>());
        life.Changed = loop.Changed.Set;
        return loop;
    }

    /// <summary>Not AddSystemd(): that looks up its parent in /proc, which a hardened unit hides, and then never says READY=1.</summary>
    private static void AddSystemd(IServiceCollection services)
    {
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<IHostLifetime, SystemdLifetime>();
        services.AddHostedService<Watchdog>();
    }

    private static void AddLogging(ILoggingBuilder logging, LogLevels levels, bool supervised)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddConfiguration(new ConfigurationBuilder().Add(levels).Build().GetSection("Logging"));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (supervised)
        {
            logging.AddSystemdConsole();
        }
        else
        {
            logging.AddSimpleConsole(line =>
            {
                line.SingleLine = true;
                line.UseUtcTimestamp = true;
                line.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            });
        }

        QuietLog.Wrap(logging.Services);
    }
}
