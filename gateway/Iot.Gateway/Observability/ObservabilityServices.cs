using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Iot.Gateway.Observability;

/// <summary>Metrics, health and the service manager. Needs a <see cref="GatewayHealth"/> in the container.</summary>
internal static class ObservabilityServices
{
    public static IServiceCollection AddObservability(this IServiceCollection services)
    {
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<LoopWatch>();
        services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("iot-gateway", serviceVersion: GatewayVersion.Text)).WithMetrics(metrics => metrics
            .AddMeter(GatewayMetrics.MeterName)
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        SystemdHosting.Add(services, Environment.GetEnvironmentVariable);
        return services;
    }

    public static void MapObservability(this WebApplication app)
    {
        var health = app.Services.GetRequiredService<GatewayHealth>();
        app.Services.GetRequiredService<GatewayMetrics>().Observe(health, app.Services.GetRequiredService<TimeProvider>());
        HealthEndpoints.Map(app, health);
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
    }
}
