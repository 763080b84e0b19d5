namespace Iot.CrashTest.Judging;

internal enum FindingKind
{
    /// <summary>Acknowledged, and not where it should be.</summary>
    Lost,

    /// <summary>More than once in a sink.</summary>
    Doubled,

    /// <summary>In a sink with another value, or never sent.</summary>
    Wrong,

    /// <summary>The books say something else than the recorder counted.</summary>
    Ledger,

    /// <summary>A device, an agent or the gateway itself did not do as it must.</summary>
    Conduct,
}

/// <summary>Something that must not be.</summary>
/// <param name="Count">How many readings or, of other kinds, how many things.</param>
internal sealed record Finding(FindingKind Kind, string Text, long Count = 1)
{
    public override string ToString() => $"{Kind}: {Text}";
}
