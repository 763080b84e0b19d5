namespace Iot.EdgeAgent.Doctor;

/// <summary>What a gateway's or a broker's reason means for the person who stands there.</summary>
internal static class RefusalAdvice
{
    private static readonly (string Reason, string Advice)[] Known =
    [
        ("NotAuthorized", "The gateway does not let this device in. On the gateway: iot-gateway devices list shows whether it is disabled; else enroll it anew: iot-gateway devices token DEVICE there, iot-edge-agent enroll - <<< TOKEN here."),
        ("BadUserNameOrPassword", "User name or password is wrong: check Gateway:Username and Gateway:PasswordFile; a new one is made by iot-gateway devices password DEVICE."),
        ("BadAuthenticationMethod", "The gateway wants another proof than this device gives: enroll it, or give it user name and password."),
        ("ClientIdentifierNotValid", "The device's id is not the one that its certificate or user name stands for: check Device:Id."),
        ("SessionTakenOver", "Another machine speaks as this device: a copied SD card or data directory? Each machine needs an id and a token of its own."),
        ("Banned", "This address or device is shut out for a while after too many failures: wait, then look at /security on the gateway."),
        ("ServerBusy", "The gateway has as many connections as it may: it goes on trying. Ask its operator for Limits:Connections."),
        ("ServerUnavailable", "The gateway is starting or stopping: try again in a minute."),
        ("ConnectionRateExceeded", "Too many connect at once: it goes on trying by itself."),
        ("QuotaExceeded", "The gateway's journal is full: nothing is lost, and it goes on by itself. Ask its operator to look at the sinks."),
        ("UnsupportedProtocolVersion", "It is a broker that knows no MQTT 5: set Gateway:Protocol to V311."),
        ("certificate", "See the line 'tls' above."),
        ("not trusted", "See the line 'tls' above."),
        ("in time", "Something listens there, and speaks no MQTT, or is overloaded: check the port of Gateway:Url."),
    ];

    /// <param name="reason">As MQTT names it, with the gateway's own words perhaps.</param>
    public static string For(string reason, Installation installation)
    {
        foreach (var (known, advice) in Known)
            if (reason.Contains(known, StringComparison.OrdinalIgnoreCase)) return advice.Replace("DEVICE", installation.Device.Value, StringComparison.Ordinal);

        return "See the lines above; if they are well, the gateway's log says more about this device.";
    }
}
