using Iot.Gateway.Devices;

namespace Iot.Gateway.Dashboard.Install;

/// <summary>What a technician types on a device to have the agent installed, enrolled and running.</summary>
internal sealed class InstallLine(InstallPackages packages, Enrollment enrollment)
{
    /// <returns>Null: there are no packages here.</returns>
    public string? For(EnrollmentToken token) => packages.WhyNone is null ? Text(new(token.Url, "/install.sh"), token.Text, enrollment.IsShownToBeKnown) : null;

    /// <summary>
    /// The script runs as root, so it must be ours. Over a certificate that every machine knows curl sees to that, on plain loopback there is nobody between.
    /// Otherwise the line carries the script's hash: unlike a pinned key of the server it also holds when the gateway was started again in between, with a new key, or does not run yet.
    /// </summary>
    /// <param name="isKnown">Systems trust the server's certificate by themselves.</param>
    public static string Text(Uri script, string token, bool isKnown) => script is { Scheme: "http", IsLoopback: true } || (script.Scheme is "https" && isKnown)
        ? $"curl -fsS {script} | sudo sh -s -- {token}"
        : $"f=$(mktemp) && curl -fsSk -o \"$f\" {script} && echo \"{InstallScript.Hash}  $f\" | sha256sum -c && sudo sh \"$f\" {token}";
}
