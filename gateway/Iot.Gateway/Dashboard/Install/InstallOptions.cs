namespace Iot.Gateway.Dashboard.Install;

/// <summary>What devices install from here. Section <c>Install</c>.</summary>
internal sealed record InstallOptions
{
    public const string Section = "Install";

    /// <summary>Directory of the edge agent's packages and their <c>SHA256SUMS</c>, served to devices that are being set up. Default <c>/usr/share/iot-gateway/install</c>, which the gateway's package brings.</summary>
    public string Path { get; init; } = "/usr/share/iot-gateway/install";
}
