using System.Net;
using Iot.Configuration;
using Iot.Gateway.Certificates;
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
    /// <summary>Needs an <see cref="Ingest"/>, a <see cref="DeviceIdentity"/>, <see cref="DeviceConfigs"/>, a <see cref="TlsHandshake"/> and <see cref="LimitsOptions"/> among the services.</summary>
    public static IServiceCollection AddMqttEndpoint(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<MqttOptions>>(new SettingsValidator<MqttOptions>(MqttOptions.Section));
        services.AddOptions<MqttOptions>().BindConfiguration(MqttOptions.Section).ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DevicePresence>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DevicePasswords>(provider, provider.GetRequiredService<IOptions<LimitsOptions>>().Value));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Credentials>(provider, provider.GetRequiredService<IOptions<MqttOptions>>().Value));
        services.AddSingleton<MqttMetrics>();
        services.AddSingleton<RefusalReport>();
        services.AddSingleton<DesiredConfigs>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<ConnectionAcceptor>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Doorkeeper>(provider, provider.GetRequiredService<IOptions<LimitsOptions>>().Value));
        services.AddSingleton<MqttBroker>();
        return services.AddHostedService(provider => provider.GetRequiredService<MqttBroker>());
    }

    /// <summary>Kestrel listens for MQTT as configured; call it from <c>ConfigureKestrel</c>.</summary>
    /// <remarks>Kestrel ignores configured URLs once it is told to listen, so HTTP must be told in the same place.</remarks>
    public static void ListenMqtt(this KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<MqttOptions>>().Value;
        var door = kestrel.ApplicationServices.GetRequiredService<Doorkeeper>();
        if (options.Port != 0) Listen(kestrel, options.PlainAddress, options.Port, listener => Serve(listener, door));
        if (options.TlsPort == 0) return;

        var handshake = kestrel.ApplicationServices.GetRequiredService<TlsHandshake>();
        Listen(kestrel, options.TlsAddress, options.TlsPort, listener =>
        {
            listener.Protocols = HttpProtocols.None; // so that TLS names no protocol of HTTP to a client that names MQTT
            Serve(listener, door, () => handshake.Secure(listener, asksClient: true, options.ConnectTimeout));
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port, Action<ListenOptions> configure)
    {
        var ip = IPAddress.Parse(address);
        if (ip.Equals(IPAddress.IPv6Any)) kestrel.ListenAnyIP(port, configure);
        else kestrel.Listen(ip, port, configure);
    }

    private static void Serve(ListenOptions listener, Doorkeeper door, Action? secure = null)
    {
        listener.Use(next => door.Guard(next, handshakes: secure is not null));
        secure?.Invoke();
        listener.UseConnectionHandler<ConnectionAcceptor>();
    }
}
