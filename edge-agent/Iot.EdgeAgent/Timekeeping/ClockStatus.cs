namespace Iot.EdgeAgent.Timekeeping;

/// <summary>How the time stands, for <c>status</c>.</summary>
/// <param name="Source">Who tells it: Kernel, File, Trusted, Gateway, Held, Own, or None.</param>
/// <param name="Known">False: readings are recorded and wait for their time.</param>
/// <param name="SkewSeconds">This machine's own clock is ahead of the gateway's by so much, when they last spoke of it.</param>
internal sealed record ClockStatus(string Source, bool Known, bool Synchronised, double? SkewSeconds)
{
    public override string ToString() => Source switch
    {
        nameof(TimeSource.Kernel) => "synchronised, as the kernel says",
        nameof(TimeSource.File) => $"synchronised, as {TimeOptions.Section}:{nameof(TimeOptions.SynchronisedFile)} says",
        nameof(TimeSource.Trusted) => $"taken as right, since {TimeOptions.Section}:{nameof(TimeOptions.TrustClock)} says so",
        nameof(TimeSource.Gateway) => "not synchronised; the gateway's time is used",
        nameof(TimeSource.Held) => "not synchronised any more; counted on from when it was",
        nameof(TimeSource.Own) => "NOT SYNCHRONISED, and used all the same: nobody tells the time",
        _ => "NOT KNOWN: readings are recorded and wait for their time",
    };
}
