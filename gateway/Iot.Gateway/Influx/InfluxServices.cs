using Iot.Configuration;
using Iot.Gateway.Delivery;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Influx;

/// <summary>Registers the InfluxDB sink. Called when <c>Sinks</c> names it.</summary>
internal static class InfluxServices
{
    /// <summary>Adds an <see cref="ISink"/>, <see cref="TimedQueries"/> and <see cref="InfluxCheck"/>; options are checked at start.</summary>
    public static IServiceCollection AddInflux(this IServiceCollection services)
    {
        services.AddOptions<InfluxOptions>().BindConfiguration(InfluxOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InfluxOptions>>(new SettingsValidator<InfluxOptions>(InfluxOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddInfluxClient();

        services.AddSingleton(provider => provider.GetRequiredService<IOptions<InfluxOptions>>().Value);
        services.AddSingleton(provider => InfluxSecrets.Read(
            provider.GetRequiredService<InfluxOptions>(), Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY")));
        services.AddSingleton(Server);
        services.AddSingleton<InfluxMetrics>();
        services.AddSingleton<InfluxSink>();
        services.AddSingleton<ISink>(provider => provider.GetRequiredService<InfluxSink>());
        services.AddSingleton(provider => new InfluxQlClient(
            Client(provider, InfluxAsking.ClientName), provider.GetRequiredService<InfluxOptions>(), provider.GetRequiredService<InfluxSecrets>()));
        services.AddSingleton(provider => new FluxClient(
            Client(provider, InfluxAsking.ClientName), provider.GetRequiredService<InfluxOptions>(), provider.GetRequiredService<InfluxSecrets>()));
        services.AddSingleton<InfluxQueries>();
        services.AddSingleton<FluxQueries>();
        services.AddSingleton(Queries);
        services.AddSingleton<InfluxCheck>();
        return services;
    }

    /// <summary>The keys of section <c>Influx</c>, so that others are refused.</summary>
    public static KnownKeys InfluxKeys(this KnownKeys keys) => keys
        .Section<InfluxOptions>(InfluxOptions.Section)
        .Section<InfluxRetryOptions>(InfluxRetryOptions.Section)
        .Section<InfluxCircuitOptions>(InfluxCircuitOptions.Section);

    /// <summary>One for writes, of live delivery and of a replay, and one for queries.</summary>
    internal static void AddInfluxClient(this IServiceCollection services)
    {
        services.AddInfluxClient(InfluxHttp.ClientName, options => options.MaxInFlight + 1);
        services.AddInfluxClient(InfluxAsking.ClientName, _ => InfluxAsking.Connections);
    }

    /// <summary>No redirects (a POST would become a GET), no cookies, no proxy; a new connection every 5 minutes, so that DNS is asked again.</summary>
    private static void AddInfluxClient(this IServiceCollection services, string name, Func<InfluxOptions, int> connections) => services
        .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan)
        .RemoveAllLoggers()
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = connections(provider.GetRequiredService<InfluxOptions>()),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectTimeout = provider.GetRequiredService<InfluxOptions>().Timeout,
            ActivityHeadersPropagator = null,
        });

    private static TimedQueries Queries(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<InfluxOptions>();
        IReadingQueries inTime = options.Query == InfluxLanguage.Flux ? provider.GetRequiredService<FluxQueries>() : provider.GetRequiredService<InfluxQueries>();
        return new(inTime, options.QueryTimeLimit, provider.GetRequiredService<TimeProvider>());
    }

    private static IInfluxServer Server(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<InfluxOptions>();
        var secrets = provider.GetRequiredService<InfluxSecrets>();
#if INFLUXDB_CLIENT
        if (options.Client == InfluxClient.Official) return new OfficialClient(Client(provider, InfluxHttp.ClientName), options, secrets);
#endif
        return new InfluxHttp(Client(provider, InfluxHttp.ClientName), options, secrets, provider.GetRequiredService<TimeProvider>());
    }

    private static HttpClient Client(IServiceProvider provider, string name) => provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
}
