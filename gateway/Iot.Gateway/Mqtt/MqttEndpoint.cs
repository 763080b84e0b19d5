using System.Net;
using System.Security.Cryptography.X509Certificates;
using Iot.Configuration;
using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt.Quotas;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Mqtt;

/// <summary>Puts the MQTT endpoint into the gateway's one web application.</summary>
internal static class MqttEndpoint
{
    /// <summary>Needs an <see cref="Ingest"/> and <see cref="LimitsOptions"/> among the services.</summary>
    public static IServiceCollection AddMqttEndpoint(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<MqttOptions>>(new SettingsValidator<MqttOptions>(MqttOptions.Section));
        services.AddOptions<MqttOptions>().BindConfiguration(MqttOptions.Section).ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DevicePresence>();
        services.AddSingleton<MqttMetrics>();
        services.AddSingleton<RefusalReport>();
        services.AddSingleton<ConnectionAcceptor>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Doorkeeper>(provider, provider.GetRequiredService<IOptions<LimitsOptions>>().Value));
        return services.AddHostedService<MqttBroker>();
    }

    /// <summary>Kestrel listens for MQTT as configured; call it from <c>ConfigureKestrel</c>.</summary>
    /// <remarks>Kestrel ignores configured URLs once it is told to listen, so HTTP must be told in the same place.</remarks>
    public static void ListenMqtt(this KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<MqttOptions>>().Value;
        var address = IPAddress.Parse(options.BindAddress);

        var door = kestrel.ApplicationServices.GetRequiredService<Doorkeeper>();
        if (options.Port != 0)
        {
            kestrel.Listen(address, options.Port, listener =>
            {
                listener.Use(door.Guard);
                listener.UseConnectionHandler<ConnectionAcceptor>();
            });
        }

        if (options.EffectiveTlsPort == 0) return;

        var certificate = LoadCertificate(options.CertificateFile!, options.CertificateKeyFile);
        kestrel.Listen(address, options.EffectiveTlsPort, listener =>
        {
            listener.Use(door.Guard);
            listener.UseHttps(certificate, tls => tls.HandshakeTimeout = options.ConnectTimeout); // TLS only; nothing of HTTP follows
            listener.UseConnectionHandler<ConnectionAcceptor>();
        });
    }

    private static X509Certificate2 LoadCertificate(string file, string? keyFile) => keyFile is null
        ? X509CertificateLoader.LoadPkcs12FromFile(file, password: null)
        : X509Certificate2.CreateFromPemFile(file, keyFile);
}
