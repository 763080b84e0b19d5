using System.Text.Json.Serialization;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Install;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Dashboard.Pages;
using Iot.Gateway.Dashboard.Sheet;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Dashboard;

/// <summary>Pages, API and live feed. Needs a <see cref="GatewayView"/> and <see cref="HttpOptions"/> in the container.</summary>
internal static class DashboardServices
{
    /// <param name="withProvider">An OpenID provider is configured.</param>
    public static IServiceCollection AddDashboard(this IServiceCollection services, bool withProvider = false)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddOpenApi(ApiDescription.Describe);
        services.AddQueryTurns();
        services.AddSingleton<HttpDoor>();
        services.AddSingleton<FleetWatch>();
        services.AddSingleton<WholeFleet>();
        services.AddSingleton<SinksWatch>();
        services.AddSingleton<WatchedDevices>();
        services.AddSingleton<DeviceSheets>();
        services.AddSingleton<LiveStream>();
        services.AddSingleton<Page>();
        services.AddScoped<PageVisit>();
        services.AddScoped<ShownDevice>();
        services.AddSingleton<InstallPackages>();
        services.AddSingleton<InstallLine>();
        services.AddAccess();
        if (withProvider) OidcSignIn.Add(services);
        services.AddHostedService(provider => new LiveFeed(
            provider.GetRequiredService<GatewayView>().Follow,
            provider.GetRequiredService<WatchedDevices>(),
            new SpooledMessage(new MessageDecoder(LimitsOptions.MostUnpackedBytes)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LiveFeed>>()));
        return services;
    }

    /// <summary>Comes before every other endpoint: what is mapped without AllowAnonymous or a role is for admins only.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        app.Services.OpenAccess();
        var callers = app.Services.GetRequiredService<Callers>();
        var rule = app.Services.GetRequiredService<AccessRule>();
        Warn(app.Services.GetRequiredService<ILogger<AccessRule>>(), app.Services.GetRequiredService<HttpOptions>(), callers);

        app.Use(next => http => SecurityHeaders.InvokeAsync(http, next));
        app.Use(next => http => PageFiles.InvokeAsync(http, next));
        app.UseRouting();
        app.UseAuthentication();
        app.Use(next => http => rule.InvokeAsync(http, next));
        app.UseRateLimiter();
        app.MapStaticAssets().AllowAnonymous();
        ApiRoutes.Map(app);
        InstallEndpoints.Map(app);
        SignInRoutes.Map(app);
        OidcSignIn.Map(app, app.Services.GetRequiredService<OidcOptions>());
        AccountPages.Map(app);
        PageRoutes.Map(app);
    }

    private static void Warn(ILogger logger, HttpOptions options, Callers callers)
    {
        if (!callers.HasCredentials) logger.OpenToThisMachine(options.Url);
        if (options.AllowAnonymous) logger.OpenToAll(options.Url);
        else if (!callers.HasCredentials && !options.Url.IsLoopback) logger.ClosedToOthers(options.Url);
    }
}
