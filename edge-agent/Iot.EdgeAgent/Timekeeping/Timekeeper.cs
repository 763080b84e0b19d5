namespace Iot.EdgeAgent.Timekeeping;

/// <summary>Knows what time it is, or knows that nobody does. One a process. Thread-safe.</summary>
/// <remarks>
/// Time is kept as the counting clock plus an offset. While somebody vouches for the wall clock the offset follows it; when nobody does any more it stays, and the
/// gateway may correct it. Before the first offset of a boot, stamps count from that boot; the offset is then noted on disk, and only then they are sent.
/// </remarks>
internal sealed class Timekeeper : IDisposable
{
    /// <summary>Between two stamps the wall clock was set, not slewed.</summary>
    private const long Jump = 50_000_000;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _known = new();
    private readonly MachineClocks _clocks;
    private readonly TimeOptions _options;
    private readonly TimeNotes _notes;
    private readonly ILogger _logger;
    private readonly GatewayTime _gateway = new();
    private readonly long _rawNs;
    private TimeSource _source;
    private long? _offsetNs;
    private long? _connectedNs;

    public Timekeeper(MachineClocks clocks, TimeOptions options, TimeNotes notes, ILogger logger)
    {
        (_clocks, _options, _notes, _logger) = (clocks, options, notes, logger);
        _rawNs = clocks.OffsetNs();
        if (notes.Boots.Find(clocks.Boot)?.OffsetNs is { } noted) (_source, _offsetNs) = (TimeSource.Held, noted); // an agent that started again
        if (_offsetNs is not null) _known.Cancel();
        Look();
        if (_offsetNs is not null) return;

        TryNote(() => notes.Boots.Enter(Boot, clocks.BootNs(), _rawNs), "this boot");
        logger.TimeNotKnown(Wall);
    }

    public Guid Boot => _clocks.Boot;

    /// <summary>Cancelled once the time of this boot is known, and noted.</summary>
    public CancellationToken Known => _known.Token;

    /// <summary>Null while nobody knows.</summary>
    public DateTimeOffset? Now
    {
        get
        {
            lock (_gate) return _offsetNs is { } offset ? DateTimeOffset.UnixEpoch.AddTicks((_clocks.BootNs() + offset) / 100) : null;
        }
    }

    public ClockStatus Status
    {
        get
        {
            lock (_gate) return new(_source.ToString(), _offsetNs is not null, _source.IsSynchronised(), double.IsFinite(_gateway.Skew) ? _gateway.Skew : null);
        }
    }

    private DateTimeOffset Wall => DateTimeOffset.UnixEpoch.AddTicks(_clocks.WallNs() / 100);

    /// <summary>For one round of readings.</summary>
    public Stamp Stamp()
    {
        lock (_gate)
        {
            var boot = _clocks.BootNs();
            if (_source.FollowsWallClock()) FollowLocked(boot);
            if (_offsetNs is { } offset)
                return new(_notes.Marks.Next((boot + offset) / BootNotes.NsPerMs), new(_source.ToState(), _gateway.Skew));

            TryNote(() => _notes.Boots.Recording(Boot, boot, _rawNs), "the end of this boot");
            return Timekeeping.Stamp.Unbound(boot, _gateway.Skew);
        }
    }

    /// <summary>Asks all sources anew.</summary>
    public void Look()
    {
        lock (_gate) LookLocked();
    }

    /// <summary>The gateway told its time, as it was half a round trip ago.</summary>
    public void Heard(DateTimeOffset time, TimeSpan roundTrip)
    {
        lock (_gate)
        {
            if (!Plausible(time)) _logger.GatewayTimeNotBelieved(time);
            else if (_gateway.Heard(MachineClocks.ToNs(time), (long)roundTrip.TotalNanoseconds, _clocks.BootNs(), _clocks.OffsetNs())) LookLocked();
        }
    }

    /// <summary>There is a gateway. One that tells no time is waited for only so long.</summary>
    public void Connected()
    {
        lock (_gate) _connectedNs ??= _clocks.BootNs();
    }

    /// <summary>What makes times of stamps that counted from <paramref name="boot"/>.</summary>
    /// <param name="lastNs">The latest of them, since that boot.</param>
    /// <returns>Null: not known yet, so nothing of it may be sent. Once it is it never changes.</returns>
    public BootNote? BindingOf(Guid boot, long lastNs)
    {
        lock (_gate)
        {
            if (!_known.IsCancellationRequested) return null;
            if (_notes.Boots.Find(boot) is { } note) return note.OffsetNs is null ? null : note;

            BootNote? forgotten = null;
            TryNote(() => forgotten = _notes.Boots.AddForgotten(boot, lastNs), "an estimated time");
            return forgotten;
        }
    }

    /// <summary>No stamp is asked for any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _notes.Marks.Close();
            TryNote(() => _notes.Boots.Leave(Boot, _clocks.BootNs()), "the end of this boot");
        }
    }

    public void Dispose() => _known.Dispose();

    /// <summary>A clock that was set lost whoever vouched for it, until that one speaks again.</summary>
    private void FollowLocked(long boot)
    {
        var offset = _clocks.WallNs() - boot;
        if (Math.Abs(offset - _offsetNs!.Value) <= Jump)
        {
            _offsetNs = offset;
            return;
        }

        var before = _offsetNs.Value;
        LookLocked();
        if (_source.FollowsWallClock()) _logger.ClockSet((_offsetNs.Value - before) / 1e9);
    }

    private void LookLocked()
    {
        var now = _clocks.BootNs();
        var vouched = _clocks.IsSynchronised();
        if (vouched != TimeSource.None && Plausible(Wall)) TakeLocked(vouched, _clocks.OffsetNs());
        else if (_gateway.OffsetNs is { } told) TakeLocked(TimeSource.Gateway, told);
        else if (_source.IsSynchronised()) HoldLocked();
        else if (_source == TimeSource.Own || (_source == TimeSource.None && now - _connectedNs >= _options.Patience.TotalNanoseconds && Plausible(Wall)))
            TakeLocked(TimeSource.Own, _clocks.OffsetNs());
    }

    private void HoldLocked()
    {
        _source = TimeSource.Held;
        _logger.TimeHeld();
    }

    private void TakeLocked(TimeSource source, long offsetNs)
    {
        if (!_known.IsCancellationRequested)
        {
            BindLocked(source, offsetNs);
            return;
        }

        if (source != _source) _logger.SourceChanged(source);
        (_source, _offsetNs) = (source, offsetNs);
    }

    /// <summary>For the first time in this boot. Not noted is not known: readings go on without a time.</summary>
    private void BindLocked(TimeSource source, long offsetNs)
    {
        var estimates = 0;
        var whole = offsetNs / BootNotes.NsPerMs * BootNotes.NsPerMs;
        if (!TryNote(() => estimates = Bind(whole, source), "the time of this boot")) return;

        (_source, _offsetNs) = (source, offsetNs);
        if (source == TimeSource.Own) _logger.OwnTimeTaken(_options.Patience, Wall);
        else _logger.TimeKnown(source, DateTimeOffset.UnixEpoch.AddTicks((_clocks.BootNs() + offsetNs) / 100));
        if (estimates > 0) _logger.BootsEstimated(estimates);
        _known.Cancel();
    }

    private int Bind(long offsetNs, TimeSource source)
    {
        _notes.Boots.Enter(Boot, _clocks.BootNs(), _rawNs);
        return _notes.Boots.Bind(Boot, offsetNs, isEstimate: source == TimeSource.Own, firstNs => _notes.Marks.Apart(firstNs / BootNotes.NsPerMs));
    }

    private static bool Plausible(DateTimeOffset time) => time >= MachineClocks.Earliest;

    private bool TryNote(Action note, string what)
    {
        try
        {
            note();
            return true;
        }
        catch (IOException e)
        {
            _notes.Failed(_logger, what, e);
            return false;
        }
    }
}
