using Iot.EdgeAgent.Enrollment;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether the certificate can be renewed: over HTTPS, another port than MQTT's. And what the gateway's clock says.</summary>
internal static class RenewalCheck
{
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> RunAsync(DeviceIdentity identity, TimeProvider clock, Limit limit)
    {
        var trust = new GatewayTrust(identity.Roots(), identity.Gateway.IdnHost, () => clock.GetUtcNow());
        try
        {
            var answer = await new GatewayHttp(clock).AskAsync(HttpMethod.Get, new(identity.Gateway, "/api/v1/enroll/roots"), content: null, trust, limit.Next());
            return answer.IsOk ? Reached(identity, answer.Date - clock.GetUtcNow()) : [Unreached(answer.ToRefusal().Problem)];
        }
        catch (OperationCanceledException)
        {
            return [Unreached($"{identity.Gateway.Authority} did not answer within {Amounts.Duration(limit.Longest)}")];
        }
    }

    private static IReadOnlyList<Finding> Reached(DeviceIdentity identity, TimeSpan? ahead)
    {
        var reached = Finding.Ok("renewal", $"{identity.Gateway.Authority} answers, and would renew the certificate when it is time");
        if (ahead is not { } difference || difference.Duration() <= Apart) return [reached];

        var which = difference > TimeSpan.Zero ? "behind" : "ahead of";
        return [reached, Finding.Warn("gateway clock", $"this machine is {Amounts.Duration(difference.Duration())} {which} the gateway", "One of the two is wrong: compare with a watch, and set that one's clock (sudo timedatectl set-ntp true).")];
    }

    private static Finding Unreached(string problem) => Finding.Warn(
        "renewal", problem.TrimEnd('.'), "Readings go out all the same, until the certificate ends: let this port through as well.");
}
