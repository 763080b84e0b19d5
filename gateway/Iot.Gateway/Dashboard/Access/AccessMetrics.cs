using System.Diagnostics.Metrics;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>What pages and API count about those who come.</summary>
internal sealed class AccessMetrics
{
    private readonly Counter<long> _refused;
    private readonly Counter<long> _signIns;

    public AccessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(GatewayMetrics.MeterName) { Version = GatewayVersion.Text });
        _refused = meter.CreateCounter<long>("iot.gateway.access.refused", "{request}", "Requests for pages and API turned away, by reason.");
        _signIns = meter.CreateCounter<long>("iot.gateway.access.sign_ins", "{attempt}", "Attempts to sign in, with passwords, keys, the setup code or a provider, by result.");
    }

    public void Refused(AccessRefusal reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", SnakeCase.Of(reason)));

    public void SignIn(SignInOutcome result) => _signIns.Add(1, new KeyValuePair<string, object?>("result", SnakeCase.Of(result)));
}

internal enum SignInOutcome
{
    Ok,
    Refused,

    /// <summary>After too many failures; what was shown was not looked at.</summary>
    LockedOut,

    /// <summary>Too many sign in at this moment; what was shown was not looked at.</summary>
    Busy,
}
