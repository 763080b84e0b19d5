using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Decides which batches say how the clock stands: those that bring news, and one a minute, so that a gateway that started again knows soon.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ClockNews(TimeProvider clock)
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private BatchClock? _said;
    private long _saidAt;

    /// <returns>Null: nothing to say. A batch whose time is not known yet says so when it is sent.</returns>
    public BatchClock? Of(BatchClock? stands)
    {
        if (stands is not { State: not ClockState.Rebased } now) return null;
        if (now.Equals(_said) && clock.GetElapsedTime(_saidAt) < Again) return null;

        (_said, _saidAt) = (now, clock.GetTimestamp());
        return now;
    }
}
