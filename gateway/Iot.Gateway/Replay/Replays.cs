using Iot.Gateway.Delivery;
using Iot.Gateway.Ledger;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Replay;

/// <summary>The replays of this gateway, at most one a sink at a time; the last of each stays known. Thread-safe.</summary>
internal sealed class Replays(
    FileSpool spool, IEnumerable<ISink> sinks, DeliveryStand stand, ReplayFiles files, TimeProvider clock, ILogger<Replays> log)
    : IHostedService, IAsyncDisposable
{
    public static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ReplayNotes Notes, Task Running)> _bySink = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _shutdown = new();

    public IReadOnlyList<string> Sinks { get; } = [.. sinks.Select(sink => sink.Name)];

    /// <summary>The running or the last one of each sink.</summary>
    public IReadOnlyList<ReplayState> All
    {
        get
        {
            lock (_gate) return [.. _bySink.Values.Select(replay => replay.Notes.State).OrderBy(state => state.Request.Sink, StringComparer.Ordinal)];
        }
    }

    /// <summary>Those that had not ended go on.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Recover();
        foreach (var state in All) GoOn(state.Request.Sink);
        return Task.CompletedTask;
    }

    /// <summary>Reads how each replay stands; none goes on by that.</summary>
    public void Recover()
    {
        foreach (var file in files.All(Sinks))
        {
            if (Read(file.Value) is not { } state) new ReplayHold(spool.Journal, file.Key).Release(); // left behind by a crash at its end
            else Keep(file, state);
        }
    }

    /// <summary>Lets one go on that an earlier process began and did not end.</summary>
    public void GoOn(string sink)
    {
        lock (_gate)
        {
            if (!_bySink.TryGetValue(sink, out var replay) || replay.Notes.State.EndedNs > 0 || !replay.Running.IsCompleted) return;

            log.GoesOn(sink, replay.Notes.State.Position);
            Launch(replay.Notes);
        }
    }

    /// <returns>Null when one to that sink has not ended yet.</returns>
    /// <exception cref="IOException">Its notes could not be written; it has not begun.</exception>
    public ReplayState? TryStart(ReplayRequest request)
    {
        lock (_gate)
        {
            if (_bySink.TryGetValue(request.Sink, out var last) && (last.Notes.State.EndedNs == 0 || !last.Running.IsCompleted)) return null;

            var state = new ReplayState { Request = request, StartedNs = Now(), Journal = spool.Journal.Identity, Position = spool.Journal.FirstOffset };
            var notes = new ReplayNotes(files.Of(request.Sink), state);
            notes.Write();
            if (!request.DryRun) log.Began(request.Sink, Time(request.FromNs), Time(request.ToNs), request.Device ?? "any");
            Launch(notes);
            return state;
        }
    }

    /// <summary>Null when there has been none.</summary>
    public ReplayState? Find(string sink)
    {
        lock (_gate) return _bySink.TryGetValue(sink, out var replay) ? replay.Notes.State : null;
    }

    /// <summary>No more of its range is sent; it ends once what was sent is settled. Null when there has been none.</summary>
    public ReplayState? Cancel(string sink)
    {
        lock (_gate)
        {
            if (!_bySink.TryGetValue(sink, out var replay)) return null;

            replay.Notes.Stop(ReplayStop.Cancelled);
            return replay.Notes.State.EndedNs > 0 ? replay.Notes.State : replay.Notes.Write();
        }
    }

    /// <summary>What keeps the sink from taking writes now, as a sentence; null when nothing does.</summary>
    public string? ProblemOf(string sink) => sinks.FirstOrDefault(one => one.Name.Equals(sink, StringComparison.OrdinalIgnoreCase))?.Health.Problem;

    /// <summary>Complete when the replay to that sink has ended.</summary>
    public Task EndedAsync(string sink)
    {
        lock (_gate) return _bySink.TryGetValue(sink, out var replay) ? replay.Running : Task.CompletedTask;
    }

    /// <summary>Those that run go on after the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_shutdown.IsCancellationRequested) await _shutdown.CancelAsync();
        List<Task> running;
        lock (_gate) running = [.. _bySink.Values.Select(replay => replay.Running)];
        await Task.WhenAll(running);
    }

    /// <summary>The container calls it twice: for the service, and for the same as a hosted one.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _shutdown.Dispose();
    }

    private void Launch(ReplayNotes notes) =>
        _bySink[notes.State.Request.Sink] = (notes, Task.Run(() => KeepRunningAsync(notes), CancellationToken.None));

    private async Task KeepRunningAsync(ReplayNotes notes)
    {
        var request = notes.State.Request;
        var sink = sinks.First(sink => sink.Name.Equals(request.Sink, StringComparison.Ordinal));
        var hold = new ReplayHold(spool.Journal, sink.Name);
        while (!_shutdown.IsCancellationRequested)
        {
            try
            {
                await new ReplayRun(notes, hold, sink, spool, stand, clock, log).RunAsync(_shutdown.Token);
                End(notes, hold);
                return;
            }
            catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
            {
                return; // its notes say where it goes on
            }
#pragma warning disable CA1031 // A fault of a replay must not end the gateway: it is told, and tried again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.Stopped(e, sink.Name, RestartAfter.TotalSeconds);
                await Task.Delay(RestartAfter, clock, _shutdown.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void End(ReplayNotes notes, ReplayHold hold)
    {
        notes.Update(state => state with { EndedNs = Now() });
        var state = notes.Write();
        if (state.Request.DryRun) return;

        hold.Release();
        log.Ended(state.Request.Sink, state.Stop == ReplayStop.None ? "complete" : SnakeCase.Of(state.Stop), state.Sent.Messages, state.Sent.Readings, state.Sent.Later, state.Refused, state.Sent.Missing);
    }

    private void Keep(KeyValuePair<string, SnapshotFile> file, ReplayState state)
    {
        var notes = new ReplayNotes(file.Value, state);
        var gone = !Sinks.Contains(state.Request.Sink, StringComparer.Ordinal) ? ReplayStop.SinkGone
            : state.Journal != spool.Journal.Identity ? ReplayStop.JournalGone
            : ReplayStop.None;
        if (gone != ReplayStop.None && state.EndedNs == 0)
        {
            log.GroundGone(state.Request.Sink, gone == ReplayStop.SinkGone ? "that sink is not configured any more" : "it began on another spool");
            notes.Update(now => now with { Stop = ReplayStop.None });
            notes.Stop(gone);
            notes.Update(now => now with { Phase = ReplayPhase.Ended, EndedNs = Now() });
            notes.Write();
        }

        if (notes.State.EndedNs > 0) new ReplayHold(spool.Journal, file.Key).Release();
        lock (_gate) _bySink[state.Request.Sink] = (notes, Task.CompletedTask);
    }

    private ReplayState? Read(SnapshotFile file)
    {
        try
        {
            return ReplayNotes.Read(file);
        }
        catch (InvalidDataException e)
        {
            log.NotesDamaged(e, file.SetAside(clock.GetUtcNow().ToUnixTimeMilliseconds()));
            return null;
        }
    }

    private long Now() => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static DateTimeOffset Time(long ns) => DateTimeOffset.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick);
}
