namespace Iot.EdgeAgent;

/// <summary>How long to wait after a failure: full jitter under a bound that doubles with each failure in a row.</summary>
/// <remarks>
/// Full jitter (anything from 0 to the bound) spreads a fleet that lost its gateway at one moment best. The bound starts small
/// again only after a connection that held: a gateway that accepts and then drops would otherwise be knocked at without pause.
/// </remarks>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, TimeSpan stableAfter, Func<double> random)
{
    private int _failures;

    /// <summary>The upper bound of the next pause.</summary>
    public TimeSpan Bound => TimeSpan.FromTicks((long)Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Min(_failures, 40))));

    /// <summary>Before the first connect: a fleet that gets its power back at one moment is spread, too.</summary>
    public TimeSpan AtStart() => first * random();

    /// <param name="held">How long all went well before this failure.</param>
    public TimeSpan Next(TimeSpan held)
    {
        if (held >= stableAfter && held > TimeSpan.Zero) _failures = 0;

        var pause = Bound * random();
        _failures++;
        return pause;
    }
}
