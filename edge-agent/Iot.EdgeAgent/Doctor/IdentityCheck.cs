using System.Globalization;
using Iot.EdgeAgent.Enrollment;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Who this device is, and until when its certificate proves it.</summary>
internal static class IdentityCheck
{
    private const string Check = "identity";
    private static readonly TimeSpan Soon = TimeSpan.FromDays(3);

    public static IEnumerable<Finding> Run(Installation installation) => installation.Identity is { } identity
        ? Examine(identity, installation.Clock.GetUtcNow(), installation.Running?.Identity?.LastRenewalFailure)
        : [WithoutCertificate(installation)];

    private static IEnumerable<Finding> Examine(DeviceIdentity identity, DateTimeOffset now, string? lastFailure)
    {
        var anew = $"On the gateway: iot-gateway devices token {identity.Device}; here: iot-edge-agent enroll - <<< TOKEN.";
        yield return Finding.Ok(Check, $"{identity.Device}, enrolled at {identity.Gateway.Authority}");

        var held = $"certificate {identity.Serial}";
        if (now < identity.NotBefore)
            yield return Finding.Fail("certificate", $"{held} holds from {Moment(identity.NotBefore)} on, and this machine says it is {Moment(now)}", "Set the clock: sudo timedatectl set-ntp true.");
        else if (identity.IsExpired(now))
            yield return Finding.Fail("certificate", $"{held} expired {Moment(identity.NotAfter)}{Why(lastFailure)}", $"Is the clock right? If so, it renews itself where the gateway allows it (Ca:RenewExpiredFor). Else: {anew}");
        else if (identity.NotAfter - now < Soon)
            yield return Finding.Warn("certificate", $"{held} holds for {Amounts.Duration(identity.NotAfter - now)} only{Why(lastFailure)}", $"It should have renewed itself long ago: see the line 'renewal'. Or: {anew}");
        else if (lastFailure is not null)
            yield return Finding.Warn("certificate", $"{held} is good until {Moment(identity.NotAfter)}{Why(lastFailure)}", "It tries again by itself; see the line 'renewal'.");
        else
            yield return Finding.Ok("certificate", $"{held} is good until {Moment(identity.NotAfter)}, renewed by itself from {Moment(RenewalSchedule.DueAt(identity))} on");
    }

    private static Finding WithoutCertificate(Installation installation)
    {
        var gateway = installation.Options.Gateway;
        if (gateway.Username is { Length: > 0 } user) return Finding.Ok(Check, $"{installation.Device}, user {user} with a password, no certificate");

        return Finding.Warn(Check, $"{installation.Device} has neither a certificate nor a user name: only a gateway that takes anybody lets it in",
            $"Enroll it. On the gateway: iot-gateway devices add {installation.Device}; here: iot-edge-agent setup --token TOKEN.");
    }

    private static string Why(string? lastFailure) => lastFailure is null ? "" : $"; the last renewal failed: {lastFailure.TrimEnd('.')}";

    private static string Moment(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
