using Iot.Gateway.Devices;

namespace Iot.Gateway.Dashboard.Api;

internal sealed record RegistryJson(IReadOnlyList<RegisteredDeviceJson> Devices);

/// <param name="State"><c>pending</c>, <c>active</c> or <c>disabled</c>.</param>
/// <param name="TokenUntil">End of a token that was not used yet.</param>
/// <param name="Certificates">The newest first.</param>
/// <param name="HasPassword">It may connect with user name and password.</param>
internal sealed record RegisteredDeviceJson(
    string Device, string? Type, string? Site, IReadOnlyDictionary<string, string> Tags, string State, string Created, string? LastSeen, string? TokenUntil,
    IReadOnlyList<DeviceCertificateJson> Certificates, bool HasPassword)
{
    public static RegisteredDeviceJson Of(RegisteredDevice device) => new(
        device.Id.Value, Given(device.Description.Type), Given(device.Description.Site), device.Description.Tags,
        Observability.SnakeCase.Of(device.State), Time(device.CreatedAt), Time(device.LastSeen), Time(device.TokenUntil),
        [.. device.Certificates.Select(certificate => new DeviceCertificateJson(
            certificate.Serial, certificate.Fingerprint.ToString(), Time(certificate.NotBefore), Time(certificate.NotAfter), certificate.Revoked))],
        device.PasswordHash is not null);

    public static string Time(DateTimeOffset time) => TimeText.Format(time.ToUnixTimeSeconds() * 1_000_000_000);

    private static string? Time(DateTimeOffset? time) => time is { } known ? Time(known) : null;

    private static string? Given(string text) => text.Length > 0 ? text : null;
}

/// <param name="Fingerprint">SHA-256 of the certificate, hexadecimal.</param>
internal sealed record DeviceCertificateJson(string Serial, string Fingerprint, string NotBefore, string NotAfter, bool Revoked);

/// <param name="Token">Shown here once; the gateway keeps a hash of it.</param>
/// <param name="Root">SHA-256 of the root certificate that the device will trust, hexadecimal; also in the token.</param>
/// <param name="Command">What to run on the device, where the agent is installed.</param>
/// <param name="Install">What to run on a device that has no agent yet: installs, enrolls and starts it. Nothing when this gateway has no packages.</param>
internal sealed record EnrollmentTokenJson(string Device, string Token, string Until, string EnrollUrl, string Root, string Command, string? Install)
{
    public static EnrollmentTokenJson Of(EnrollmentToken token, DateTimeOffset until, string? install) => new(
        token.Device.Value, token.Text, RegisteredDeviceJson.Time(until), new Uri(token.Url, "/api/v1/enroll").AbsoluteUri, token.Root.ToString(), $"iot-edge-agent enroll - <<< {token.Text}", install);
}
