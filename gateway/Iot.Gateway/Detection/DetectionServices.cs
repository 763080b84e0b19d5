using Iot.Gateway.Detection.Connections;
using Iot.Gateway.Detection.Habits;
using Iot.Gateway.Detection.Webhook;

namespace Iot.Gateway.Detection;

/// <summary>The detectors and where their findings go. Needs the audit log, <see cref="DetectionOptions"/> and <see cref="WebhookOptions"/> in the container.</summary>
internal static class DetectionServices
{
    public static IServiceCollection AddDetection(this IServiceCollection services)
    {
        services.AddSingleton<DetectionMetrics>();
        services.AddWebhook();
        services.AddSingleton<SecurityEvents>();
        services.AddSingleton<Action<Finding>>(provider => provider.GetRequiredService<SecurityEvents>().Raise);
        services.AddSingleton<RefusalWatch>();
        services.AddSingleton<TakeoverWatch>();
        services.AddSingleton<CertificateWatch>();
        services.AddSingleton<DeviceWatch>();
        return services.AddHostedService<DetectionRounds>();
    }
}
