using Iot.Journal;

namespace Iot.Gateway.Audit;

/// <summary>Who did what. Needs <see cref="AuditOptions"/> and an <see cref="AuditOpening"/> in the container.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services, Func<IServiceProvider, string> directory)
    {
        services.AddSingleton<AuditMetrics>();
        services.AddSingleton<AuditLimiter>();
        services.AddSingleton(provider => new AuditReader(directory(provider), new PosixDisk()));
        services.AddSingleton(provider => Writer(provider, directory(provider)));
        services.AddSingleton<AuditTrail>();
        return services.AddHostedService(provider => provider.GetRequiredService<AuditTrail>());
    }

    private static AuditWriter Writer(IServiceProvider provider, string directory)
    {
        var logger = provider.GetRequiredService<ILogger<AuditTrail>>();
        return new(directory, provider.GetRequiredService<AuditOptions>(), new PosixDisk(), provider.GetRequiredService<TimeProvider>(), logger, OpenKey);

        (AuditKey, bool) OpenKey()
        {
            var key = AuditKey.Open(directory, out var isNew);
            if (isNew) logger.KeyMade(key.Fingerprint, AuditKey.PublicPath(directory, key.Fingerprint));
            return (key, isNew);
        }
    }
}
