namespace Iot.Gateway.Detection;

/// <summary>Something that needs a person's eye: it opens, is repeated, and closes once it has not been repeated for a while.</summary>
/// <param name="Id">Unique for all time; a receiver of webhooks knows by it what belongs together.</param>
/// <param name="Number">1, 2, 3 … since this start.</param>
/// <param name="Last">When it was last seen.</param>
/// <param name="Count">How often, since it opened.</param>
/// <param name="Closed">Null while it is open.</param>
internal sealed record SecurityEvent(
    string Id, long Number, Finding What, Severity Severity, DateTimeOffset Since, DateTimeOffset Last, long Count, DateTimeOffset? Closed)
{
    public bool IsOpen => Closed is null;
}

/// <summary>How things stand, for whoever watches.</summary>
/// <param name="Version">Another number when anything has changed.</param>
/// <param name="Refusals">As the audit log counts them; another number when somebody was refused something.</param>
internal readonly record struct SecurityStand(int Open, long Version, long Refusals);
