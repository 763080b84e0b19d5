using System.Text.Json.Serialization;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Dashboard.Pages;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;

namespace Iot.Gateway.Dashboard;

/// <summary>Pages, API and live feed. Needs a <see cref="GatewayView"/> and <see cref="HttpOptions"/> in the container.</summary>
internal static class DashboardServices
{
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Iot gateway", Version = "v1", Description = "Readings, devices and their books. Bearer key, or none from this machine while no key is configured." };
            return Task.CompletedTask;
        }));
        services.AddSingleton<FleetWatch>();
        services.AddSingleton<WatchedDevices>();
        services.AddSingleton<LiveStream>();
        services.AddSingleton<Page>();
        services.AddHostedService(provider => new LiveFeed(
            provider.GetRequiredService<GatewayView>(),
            provider.GetRequiredService<WatchedDevices>(),
            new SpooledMessage(new MessageDecoder(LimitsOptions.MostUnpackedBytes)),
            provider.GetRequiredService<ILogger<LiveFeed>>()));
        return services;
    }

    /// <summary>Comes before every other endpoint: what is mapped without AllowAnonymous is closed to strangers.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<HttpOptions>();
        var key = options.Key() is { Length: > 0 } configured ? new ApiKey(configured, app.Services.GetRequiredService<TimeProvider>()) : null;
        var rule = new AccessRule(options, key, app.Services.GetRequiredService<AuditTrail>());
        Warn(app.Services.GetRequiredService<ILogger<AccessRule>>(), options, key);

        app.Use(next => http => SecurityHeaders.InvokeAsync(http, next));
        app.UseRouting();
        app.Use(next => http => rule.InvokeAsync(http, next));
        app.MapStaticAssets().AllowAnonymous();
        ApiRoutes.Map(app);
        SignIn.Map(app, rule, key);
        app.MapGet("/", (Page page, GatewayView view) => page.Of<OverviewPage>(
            StatusCodes.Status200OK,
            (nameof(OverviewPage.Warnings), view.Warnings()),
            (nameof(OverviewPage.IsOpenToAll), rule.IsOpenToAll),
            (nameof(OverviewPage.CanSignOut), rule.HasKey && !rule.IsOpenToAll),
            (nameof(OverviewPage.MqttPort), view.MqttPort))).ExcludeFromDescription();
        app.MapGet("/security", (Page page, DetectionOptions detection) => page.Of<SecurityPage>(
            StatusCodes.Status200OK, (nameof(SecurityPage.Watched), SecurityPage.WatchedBy(detection)))).ExcludeFromDescription();
    }

    private static void Warn(ILogger logger, HttpOptions options, ApiKey? key)
    {
        if (options.AllowAnonymous) logger.OpenToAll(options.Url);
        else if (key is null && !options.Url.IsLoopback) logger.ClosedToOthers(options.Url);
    }
}
