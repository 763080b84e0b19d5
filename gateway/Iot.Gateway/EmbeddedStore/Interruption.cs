using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Ends whatever a connection is doing when a token is cancelled, and what it begins after that.</summary>
/// <remarks>DuckDB forgets an interrupt that comes just before a statement begins, so it is given again until the connection is let go.</remarks>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private readonly Lock _ending = new();
    private readonly DuckDBCommand _command;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenRegistration _registration;
    private ITimer? _timer;
    private bool _isOver;

    /// <param name="connection">Lives longer than this.</param>
    public Interruption(DuckDBConnection connection, TimeProvider clock, CancellationToken stop)
    {
        (_command, _clock) = (connection.CreateCommand(), clock);
        _registration = stop.Register(Begin);
    }

    public void Dispose()
    {
        _registration.Dispose();
        lock (_ending) _isOver = true;
        _timer?.Dispose();
        _command.Dispose();
    }

    private void Begin()
    {
        Interrupt();
        _timer = _clock.CreateTimer(_ => Interrupt(), null, Again, Again);
    }

    /// <summary>Never after the connection was closed.</summary>
    private void Interrupt()
    {
        lock (_ending)
            if (!_isOver) _command.Cancel();
    }
}
