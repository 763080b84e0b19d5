using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Timekeeping;

namespace Iot.EdgeAgent.Configuring;

/// <summary>Follows the configuration that the gateway desires, and that of this machine when it is told to read it again (SIGHUP).</summary>
/// <remarks>
/// <code>
/// desired ─► judged ─┬─ refused: nothing changes
///                    └─ trial ─┬─ a batch stored since is acknowledged ─► applied: the last good one from now on
///                              └─ time or starts used up, or it fails ──► rolled back: the last good one again
/// </code>
/// Each step is on disk before it is taken. One step at a time.
/// </remarks>
internal sealed class Configurator : BackgroundService
{
    private readonly Lock _gate = new();
    private readonly Signal _woken = new();
    private readonly ConfigStart _start;
    private readonly DeviceLife _life;
    private readonly ConfigExchange? _exchange;
    private readonly LogLevels _levels;
    private readonly TimeProvider _clock;
    private readonly Timekeeper _time;
    private readonly ILogger<Configurator> _logger;
    private readonly TrialTimer _timer;
    private readonly IDisposable _hangUp;
    private ConfigState _state;
    private IConfigurationRoot _local;
    private IReadOnlyList<ConfigProblem> _localProblems;
    private EffectiveSettings _effective;
    private FailedConfig? _unreadable;
    private byte[]? _arrived;
    private bool _reload;

    /// <param name="exchange">Null: the gateway configures nothing here; this machine's own settings can be read again all the same.</param>
    public Configurator(ConfigStart start, IReadOnlyList<DeviceLife> devices, LogLevels levels, TimeProvider clock, Timekeeper time, ILogger<Configurator> logger, ConfigExchange? exchange = null)
    {
        (_start, _life, _exchange, _levels, _clock, _time, _logger) = (start, devices[0], exchange, levels, clock, time, logger);
        (_state, _local, _localProblems, _effective) = (start.State, start.Local, start.LocalProblems, start.Effective);
        _timer = new(_woken, clock);
        _hangUp = LocalSettings.OnHangUp(Reload);
        if (_exchange is not null) _exchange.Desired = Arrived;
        _life.Failing = FailedWith;
        if (_state.Trial is not { } trial) return;

        _timer.Begin(TimeSpan.FromSeconds(trial.ElapsedSeconds), TrialTime);
        _life.AwaitDelivery(_timer.Proof());
    }

    /// <summary>What the gateway is told, too.</summary>
    public ConfigReport Report { get; private set; } = new(0, ConfigReport.OwnOnly, 0, default, "", [], []);

    /// <summary>Reads this machine's configuration again.</summary>
    public void Reload()
    {
        Volatile.Write(ref _reload, true);
        _woken.Set();
    }

    /// <summary>Only the last counts.</summary>
    public void Arrived(byte[] payload)
    {
        if (payload.Length == 0) return; // the topic was cleared: the device is not registered any more

        Volatile.Write(ref _arrived, payload);
        _woken.Set();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lock (_gate) Begin();
        try
        {
            while (true)
            {
                await _woken.WaitAsync(stoppingToken);
                lock (_gate) Step();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _timer.Dispose();
            _hangUp.Dispose();
            lock (_gate) NoteElapsed();
        }
    }

    private void Begin()
    {
        if (_start.Files.Unreadable is { } unreadable) _logger.ConfigFileUnreadable(unreadable);
        if (_localProblems.Count > 0) _logger.LocalBad(ConfigProblem.Text(_localProblems));
        else _start.Files.KeepLastGood(_local, _logger);
        if (_state.Trial is { } trial) _logger.OnTrial(_life.Device, trial.Config.Version, TrialTime, TrialPatience.Longest(_effective.Options));
        Tell();
    }

    private TimeSpan TrialTime => _effective.Options.Remote.TrialTime;

    private void Step()
    {
        try
        {
            if (Interlocked.Exchange(ref _arrived, null) is { } payload) Consider(payload);
            if (Interlocked.Exchange(ref _reload, false)) ReadLocalAgain();
            if (_state.Trial is not null) Judge();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _logger.StepFailed(e); // our own mistake; what is desired comes with each connect, so the host must not end of it
        }
    }

    private void Consider(byte[] payload)
    {
        _unreadable = null;
        if (DesiredConfig.TryParse(payload, out var version, out var problem) is not { } desired)
        {
            _unreadable = new(new(version, default), ConfigReport.Refused, _clock.GetUtcNow(), [problem]);
            _logger.Refused(_life.Device, version, problem.ToString());
        }
        else if (desired.IsSame(_state.Good?.ToDesired()))
        {
            if (_state.Trial is not null || _state.Failed is not null) BackTo(_state with { Trial = null, Failed = null });
        }
        else if (!desired.IsSame(_state.Trial?.Config.ToDesired()) && !_state.WasRolledBack(desired)) // it comes with each connect
        {
            Judge(desired);
        }

        Tell();
    }

    private void Judge(DesiredConfig desired)
    {
        if (EffectiveSettings.TryRead(_local, desired, _effective.Options.Remote.AllowExec, out var problems) is { } effective)
        {
            Try(desired, effective);
        }
        else if (!desired.IsSame(_state.Failed?.Config.ToDesired()))
        {
            _logger.Refused(_life.Device, desired.Version, ConfigProblem.Text(problems));
            Note(_state.Refuse(desired, _clock.GetUtcNow(), problems));
        }
    }

    private void Try(DesiredConfig desired, EffectiveSettings effective)
    {
        var next = _state.Begin(desired);
        if (!Note(next)) return; // a trial that would be forgotten in a crash is none

        _timer.Begin(TimeSpan.Zero, TrialTime);
        _logger.OnTrial(_life.Device, desired.Version, TrialTime, TrialPatience.Longest(effective.Options));
        Apply(effective);
    }

    private void Judge()
    {
        _timer.Look(_life.Status, _time.Known.IsCancellationRequested);
        if (_timer.IsProved) Prove();
        else if (_timer.WhyOver(_effective.Options, _life.Status) is { } why) RollBack(why);
        else NoteElapsed();
    }

    private void Prove()
    {
        _timer.End();
        _logger.Applied(_life.Device, _state.Trial!.Config.Version);
        if (!Note(_state.Proved())) _state = _state.Proved(); // at the next start it is on trial again
        Tell();
    }

    private void RollBack(string reason)
    {
        _logger.RolledBack(_life.Device, _state.Trial!.Config.Version, reason);
        BackTo(_state.RollBack(_clock.GetUtcNow(), new ConfigProblem("", null, reason)));
        Tell();
    }

    /// <summary>To one that was proved: no trial.</summary>
    private void BackTo(ConfigState next)
    {
        _timer.End();
        var effective = ConfigStart.Effect(_local, ref next, _effective.Options.Remote.AllowExec, _clock.GetUtcNow());
        if (!Note(next)) _state = next;
        Apply(effective);
    }

    private void Apply(EffectiveSettings effective)
    {
        _effective = effective;
        _levels.Set(effective.Configuration);
        _life.Apply(effective.Options, _timer.Proof());
    }

    /// <returns>True: the device goes on, with the last good configuration.</returns>
    private bool FailedWith(Exception failure)
    {
        lock (_gate)
        {
            if (_state.Trial is null) return false;

            RollBack($"the device could not run with it: {failure.Message}");
            return true;
        }
    }

    private void ReadLocalAgain()
    {
        if (LocalSettings.TryRead(_start.Arguments, out _localProblems) is not { } local)
        {
            _logger.LocalBad(ConfigProblem.Text(_localProblems));
            Tell();
            return;
        }

        var state = _state;
        var effective = ConfigStart.Effect(local, ref state, AgentSettings.Load(local).Remote.AllowExec, _clock.GetUtcNow());
        _local = local;
        if (state.Trial is null) _timer.End();
        if (state != _state && !Note(state)) _state = state;
        if (LocalSettings.NeedRestart(_start.Effective.Options, effective.Options) is { Length: > 0 } sections) _logger.NeedsRestart(sections);
        Apply(effective);
        _start.Files.KeepLastGood(_local, _logger);
        _logger.LocalRead();
        Tell();
    }

    private void NoteElapsed()
    {
        if (_state.Trial is { } trial && _timer.IsToBeNoted(trial.ElapsedSeconds, TrialTime))
            Note(_state with { Trial = trial with { ElapsedSeconds = _timer.Elapsed.TotalSeconds } });
    }

    /// <returns>False: it is not on disk, and nothing was changed.</returns>
    private bool Note(ConfigState next)
    {
        if (!_start.Files.TryWrite(next, _logger)) return false;

        _state = next;
        return true;
    }

    private void Tell()
    {
        Report = ConfigReport.Of(_state, _unreadable, _localProblems, _effective, _clock.GetUtcNow());
        _exchange?.Report(Report.ToJson());
    }
}
