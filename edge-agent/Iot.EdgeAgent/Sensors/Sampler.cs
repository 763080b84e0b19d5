namespace Iot.EdgeAgent.Sensors;

/// <summary>All sampling loops of a device. They can be exchanged for others while the rest of the device goes on.</summary>
/// <param name="loopOf">Makes a loop; called once for each that runs.</param>
/// <param name="phase">How long to wait before a first round, given the interval.</param>
internal sealed class Sampler(
    IReadOnlyList<SensorGroup> groups, Func<SensorGroup, SamplingLoop> loopOf, Func<TimeSpan, TimeSpan> phase)
{
    private readonly Lock _gate = new();
    private IReadOnlyList<SensorGroup> _groups = groups;
    private CancellationTokenSource? _turn;
    private Action? _exchanged;

    public IReadOnlyList<SamplingLoop> Loops { get; private set; } = [.. groups.Select(loopOf)];

    /// <summary>Other sensors from now on.</summary>
    /// <param name="others">Instead of all there were.</param>
    /// <param name="exchanged">Called once the old ones have given their last reading.</param>
    public void Exchange(IReadOnlyList<SensorGroup> others, Action exchanged)
    {
        lock (_gate)
        {
            (_groups, _exchanged) = (others, exchanged);
            _ = _turn?.CancelAsync();
        }
    }

    /// <summary>Until <paramref name="stopping"/>, or until a loop fails: then all end, and the device with them.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            lock (_gate)
            {
                _turn = turn;
                if (_exchanged is not null) turn.Cancel(); // exchanged in between
            }

            try
            {
                await Task.WhenAll(Loops.Select(loop => Task.Run(() => RunAsync(loop, turn), CancellationToken.None))); // none waits for another's first round
            } // they end soon once the turn is over: one that hangs is left to itself
            finally
            {
                lock (_gate) _turn = null;
            }

            if (stopping.IsCancellationRequested) return;

            Replace();
        }
    }

    /// <summary>A loop alone must not end unnoticed while the others go on.</summary>
    private async Task RunAsync(SamplingLoop loop, CancellationTokenSource turn)
    {
        try
        {
            await loop.RunAsync(phase(loop.Interval), turn.Token);
        }
        catch
        {
            await turn.CancelAsync();
            throw;
        }
    }

    private void Replace()
    {
        lock (_gate)
        {
            Loops = [.. _groups.Select(loopOf)];
            _exchanged?.Invoke();
            _exchanged = null;
        }
    }
}
