using Iot.Configuration;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;

namespace Iot.Gateway;

/// <summary>The gateway as one web application: MQTT and HTTP endpoints on Kestrel, everything else behind them.</summary>
internal static class GatewayHost
{
    /// <summary>Ready to run. The spool is opened here: a second gateway on the same data fails at once; so does a wrong schema.</summary>
    /// <param name="settings">Words of the command line: <c>--Section:Key value</c>.</param>
    /// <exception cref="SettingsException">A key that is not known, with the nearest that is; a secret on the command line; a schema file that cannot be used.</exception>
    public static WebApplication Build(IReadOnlyList<string> settings)
    {
        var builder = CreateBuilder(settings);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenMqtt();
            kestrel.ListenHttp();
        });

        var app = builder.Build();
        PrepareData(app.Services);
        app.Services.GetRequiredService<SchemaCatalog>().Load(); // before the first message can come
        app.Services.GetRequiredService<FileSpool>(); // its lock first: the CA is made by one gateway only
        app.Services.GetRequiredService<Enrollment>();
        app.MapObservability();
        app.MapDashboard();
        return app;
    }

    /// <summary>For commands that look at parts of a gateway: nothing is opened, nothing is logged.</summary>
    /// <inheritdoc cref="Build"/>
    public static WebApplication BuildParts(IReadOnlyList<string> settings)
    {
        var builder = CreateBuilder(settings);
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static void PrepareData(IServiceProvider services)
    {
        var path = services.GetRequiredService<DataOptions>().Path;
        DataDirectory.Make(path);
        if (DataDirectory.IsOpenToOthers(path)) services.GetRequiredService<ILogger<DataOptions>>().DataOpenToOthers(Path.GetFullPath(path));
    }

    private static WebApplicationBuilder CreateBuilder(IReadOnlyList<string> settings)
    {
        var secrets = SecretWords.Problems(settings).ToList();
        if (secrets.Count > 0) throw new SettingsException(secrets);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddGatewaySources(settings);

        var known = builder.Services.AddGateway(builder.Configuration);
        var unknown = known.Unknown(builder.Configuration).ToList();
        return unknown.Count == 0 ? builder : throw new SettingsException(unknown);
    }
}
