using System.Diagnostics.CodeAnalysis;
using Iot.Configuration;
using Iot.Gateway.Audit;
using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Install;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Webhook;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Influx;
using Iot.Gateway.Ledger;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Validation;
using Iot.Journal;
using Microsoft.Extensions.Options;

namespace Iot.Gateway;

/// <summary>Where the configuration comes from, and which keys there are. Later sources win.</summary>
internal static class GatewaySettings
{
    private const string SystemDirectory = "/etc/iot-gateway";

    /// <summary>appsettings.json beside the program, /etc/iot-gateway/*.json, environment (Section__Key), command line.</summary>
    public static IConfigurationBuilder AddGatewaySources(this IConfigurationBuilder builder, IEnumerable<string> commandLine)
    {
        if (Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } state)
            builder.AddInMemoryCollection([new($"{DataOptions.Section}:{nameof(DataOptions.Path)}", state)]);

        builder.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        if (Directory.Exists(SystemDirectory))
        {
            foreach (var file in Directory.EnumerateFiles(SystemDirectory, "*.json").Order(StringComparer.Ordinal))
                builder.AddJsonFile(file);
        }

        return builder.AddEnvironmentVariables().AddCommandLine([.. commandLine]);
    }

    /// <summary>Every section of ours, bound, checked at start, and known to the check for unknown keys.</summary>
    public static KnownKeys AddGatewayOptions(this IServiceCollection services, IConfiguration configuration) => new KnownKeys()
        .Keys("Sinks", "*")
        .InfluxKeys()
        .Section<MqttOptions>(MqttOptions.Section)
        .Section<HttpOptions>(HttpOptions.Section)
        .With<EmbeddedOptions>(services, configuration, EmbeddedOptions.Section)
        .With<DataOptions>(services, configuration, DataOptions.Section)
        .With<LimitsOptions>(services, configuration, LimitsOptions.Section)
        .With<DeduplicationOptions>(services, configuration, DeduplicationOptions.Section)
        .With<SchemasOptions>(services, configuration, SchemasOptions.Section)
        .With<ValidationOptions>(services, configuration, ValidationOptions.Section)
        .With<JournalOptions>(services, configuration, JournalOptions.Section)
        .With<DeliveryOptions>(services, configuration, DeliveryOptions.Section)
        .With<DeadLettersOptions>(services, configuration, DeadLettersOptions.Section)
        .With<AuditOptions>(services, configuration, AuditOptions.Section)
        .With<DetectionOptions>(services, configuration, DetectionOptions.Section)
        .With<WebhookOptions>(services, configuration, WebhookOptions.Section)
        .With<LedgerOptions>(services, configuration, LedgerOptions.Section)
        .With<TlsOptions>(services, configuration, TlsOptions.Section)
        .With<CaOptions>(services, configuration, CaOptions.Section)
        .With<OidcOptions>(services, configuration, OidcOptions.Section)
        .With<InstallOptions>(services, configuration, InstallOptions.Section)
        .With<HttpOptions>(services, configuration, HttpOptions.Section);

    /// <summary>The sinks by name: <c>Sinks:0</c>, <c>Sinks:1</c> … or one value with commas. Default: Embedded.</summary>
    public static IReadOnlyList<string> Sinks(IConfiguration configuration)
    {
        var section = configuration.GetSection("Sinks");
        var names = section.Value is { Length: > 0 } list
            ? list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. section.GetChildren().Select(child => child.Value).OfType<string>()];
        return names.Length > 0 ? names : ["Embedded"];
    }

    public static KnownKeys With<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(
        this KnownKeys known, IServiceCollection services, IConfiguration configuration, string section) where T : class
    {
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(section));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
        return known.Section<T>(section);
    }
}
