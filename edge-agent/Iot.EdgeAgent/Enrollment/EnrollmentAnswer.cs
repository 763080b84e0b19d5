namespace Iot.EdgeAgent.Enrollment;

/// <summary>What came of asking for a certificate.</summary>
/// <param name="Identity">Checked, and not yet on disk; null when there is none.</param>
/// <param name="Problem">Why there is none: the gateway's own sentences, or what failed on the way to it.</param>
/// <param name="NeedsPerson">The gateway refused: asking again changes nothing until somebody has done something.</param>
internal sealed record EnrollmentAnswer(DeviceIdentity? Identity, string Problem, bool NeedsPerson)
{
    public static EnrollmentAnswer Of(DeviceIdentity identity) => new(identity, "", NeedsPerson: false);

    /// <param name="reason">Without a full stop.</param>
    public static EnrollmentAnswer Failed(string reason) => new(Identity: null, reason + ".", NeedsPerson: false);
}
