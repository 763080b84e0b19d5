using Iot.Journal;

namespace Iot.Gateway.Replay;

/// <summary>Registers replays; live delivery must report to <see cref="DeliveryStand"/>.</summary>
internal static class ReplayServices
{
    public static IServiceCollection AddReplay(this IServiceCollection services)
    {
        services.AddSingleton<DeliveryStand>();
        services.AddSingleton(provider => new ReplayFiles(provider.GetRequiredService<DataOptions>().StatePath, new PosixDisk()));
        services.AddSingleton<Replays>();
        services.AddHostedService(provider => provider.GetRequiredService<Replays>());
        return services;
    }
}
