using System.Threading.Channels;

namespace Iot.Gateway.Audit;

/// <summary>Where everything security-relevant and every act of an administrator is reported. Never blocks, never throws. Thread-safe.</summary>
/// <remarks>A bounded queue, one writer, one fsync for all that waits. What cannot be written is counted, and an entry names the gap once it can.</remarks>
internal sealed class AuditTrail(AuditWriter writer, AuditLimiter limiter, AuditMetrics metrics, AuditOpening opening, TimeProvider clock, ILogger<AuditTrail> logger)
    : IHostedService, IAsyncDisposable
{
    private const int MaxQueued = 4096;
    private const int MaxGroup = 256;

    /// <summary>How often it looks whether a summary or a checkpoint is due, and tries again to write.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private long _overflowed;
    private long _missing;
    private long _refusals;
    private volatile string? _problem;
    private DateTimeOffset _missingSince;
    private volatile bool _isStopping;
    private ITimer? _timer;
    private Task? _writing;

    /// <summary>Why nothing is written now, as a sentence; null while all is well.</summary>
    public string? Problem => _problem;

    /// <summary>Entries written since the start that tell of somebody who was refused something: when it moves, there is one more to read.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Hears everything that is reported, written or only counted. It must not block, and not throw.</summary>
    public Action<AuditEvent>? Reported { get; set; }

    public void Report(AuditEvent what) => Enqueue(what, done: null);

    /// <summary>Complete once the entry is on disk, or known not to be: what a person does is answered only then.</summary>
    public Task WriteAsync(AuditEvent what, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Enqueue(what, done) && _writing is not null ? done.Task.WaitAsync(cancellation) : Task.CompletedTask;
    }

    /// <summary>The gateway starts: who reads the log must see since when, and what it lets in.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Begin();
        foreach (var what in opening.Events) Report(what);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_writing is null || _queue.Reader.Completion.IsCompleted) return;

        _isStopping = true; // written last of all, and not through a queue that may be full
        await EndAsync().WaitAsync(cancellationToken);
    }

    /// <summary>For a command that works on the files of a gateway that does not run, too.</summary>
    public void Begin()
    {
        if (_writing is not null) return;

        _writing = Task.Run(RunAsync, CancellationToken.None);
        _timer = clock.CreateTimer(_ => _queue.Writer.TryWrite(default), null, Tick, Tick);
    }

    /// <summary>Writes what waits, and signs it.</summary>
    public async Task EndAsync()
    {
        _queue.Writer.TryComplete();
        if (_timer is not null) await _timer.DisposeAsync();
        if (_writing is not null) await _writing;
        writer.Dispose();
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private bool Enqueue(AuditEvent what, TaskCompletionSource? done)
    {
        what = what.Bounded();
        Reported?.Invoke(what);
        if (AuditActs.IsAnybodys(what.Act) && !limiter.MayWrite(what.Act, what.Subject))
        {
            metrics.LeftOut();
            return false;
        }

        if (_queue.Writer.TryWrite(new(what, done))) return true;

        metrics.LeftOut();
        Interlocked.Increment(ref _overflowed);
        return false;
    }

    private async Task RunAsync()
    {
        var group = new List<Waiting>(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var next)) group.Add(next);
            Write([.. Summaries(now: false), .. group.Select(waiting => waiting.What).OfType<AuditEvent>()], sign: writer.IsCheckpointDue);
            foreach (var waiting in group) waiting.Done?.TrySetResult();
            group.Clear();
        }

        var last = Summaries(now: true);
        if (_isStopping) last.Add(new(AuditAct.GatewayStop));
        if (last.Count > 0 || writer.HasUnsigned) Write(last, sign: true);
    }

    private List<AuditEvent> Summaries(bool now)
    {
        var summaries = limiter.LeftOut(now).ToList();
        if (Interlocked.Exchange(ref _overflowed, 0) is > 0 and var overflowed)
            summaries.Add(new(AuditAct.LeftOut, On: "queue", Detail: "they came faster than they could be written", Count: overflowed));
        return summaries;
    }

    private void Write(List<AuditEvent> events, bool sign)
    {
        var lost = events.Count;
        if (_missing > 0) events.Insert(0, new AuditEvent(AuditAct.Gap, Result: AuditResult.Failed, Detail: $"not written since {_missingSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: {_problem}", Count: _missing).Bounded());
        if (events.Count == 0 && !sign) return;

        try
        {
            metrics.Written(writer.Write(events, sign));
            Interlocked.Add(ref _refusals, events.Count(what => what.Result == AuditResult.Refused));
            if (_problem is not null) logger.WritesAgain(_missing);
            (_missing, _problem) = (0, null);
        }
#pragma warning disable CA1031 // Whatever is wrong with the audit log must not end the gateway: it is told, counted, and tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e, lost);
        }
    }

    private void Failed(Exception e, int lost)
    {
        metrics.Failed(lost);
        if (_missing == 0) _missingSince = clock.GetUtcNow();
        _missing += lost;
        if (_problem is null) logger.CannotWrite(e, e.Message);
        _problem = e.Message;
    }

    /// <param name="What">Null for a look at what is due.</param>
    /// <param name="Done">Somebody waits for it.</param>
    private readonly record struct Waiting(AuditEvent? What, TaskCompletionSource? Done);
}

/// <summary>What the log says when the gateway starts.</summary>
internal sealed record AuditOpening(IReadOnlyList<AuditEvent> Events);
