using Iot.EdgeAgent.Enrollment;

namespace Iot.EdgeAgent.Updating;

/// <summary>Brings the version that is wanted to this machine and hands it to root; it cannot install anything itself.</summary>
/// <param name="wanted">What the configuration says now; <see cref="Changed"/> is set when that changes.</param>
/// <param name="running">The version of this program.</param>
internal sealed class UpdateLoop(
    Func<UpdateOptions> wanted, string running, Credentials credentials, UpdatePaths paths, Func<double> random, TimeProvider clock, ILogger<UpdateLoop> logger)
    : BackgroundService
{
    private const int MaxAttempts = 3;
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(1);

    private readonly PackageFetcher _fetcher = new(clock);
    private string? _reported;
    private string? _spread;

    public Signal Changed { get; } = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await StepAsync(stoppingToken);
            using var limit = new CancellationTokenSource(pause, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
            try
            {
                await Changed.WaitAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // the pause is over, or all is
            }
        }
    }

    /// <returns>How long nothing is to be done, unless the configuration changes.</returns>
    internal async Task<TimeSpan> StepAsync(CancellationToken stopping)
    {
        try
        {
            var options = wanted();
            if (options.Version is not { } version || version.Equals(running, StringComparison.Ordinal)) return Idle();
            if (paths.Result() is { } last && last.Version.Equals(version, StringComparison.Ordinal) && Wait(last) is { } wait) return wait;
            if (IsReady(version)) return AskAgain(version);

            return await BringAsync(version, options, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Report(wanted().Version ?? "", e.Message);
        }
    }

    private async Task<TimeSpan> BringAsync(string version, UpdateOptions options, CancellationToken stopping)
    {
        using var key = paths.Key(out var whyNot);
        if (key is null) return Report(version, whyNot);
        if (!version.Equals(_spread, StringComparison.Ordinal))
        {
            _spread = version;
            return options.Spread * random();
        }

        // without the package that runs there would be no way back
        var needed = running.Equals(paths.Result()?.Current, StringComparison.Ordinal) ? [version] : (string[])[running, version];
        foreach (var one in needed)
        {
            var folder = Path.Combine(paths.Fetched, one);
            if (await _fetcher.FetchAsync(credentials.Current, one, folder, options.MaxBytesPerSecond, stopping) is { } problem) return Report(version, problem);

            if (UpdatePaths.Checked(folder, key, out whyNot) is { } release && release.Version.Equals(one, StringComparison.Ordinal)) continue;

            Directory.Delete(folder, recursive: true);
            return Report(version, whyNot.Length > 0 ? whyNot : $"What the gateway gave as {one} is another version.");
        }

        HandOver(needed);
        logger.HandedOver(version);
        _reported = null;
        return Retry;
    }

    private void HandOver(string[] needed)
    {
        File.Delete(paths.Request);
        if (Directory.Exists(paths.Ready)) Directory.Delete(paths.Ready, recursive: true);
        Directory.CreateDirectory(paths.Ready);
        Directory.Move(Path.Combine(paths.Fetched, needed[^1]), Path.Combine(paths.Ready, "next"));
        if (needed.Length > 1) Directory.Move(Path.Combine(paths.Fetched, needed[0]), Path.Combine(paths.Ready, "current"));
        Directory.Delete(paths.Fetched, recursive: true);
        File.WriteAllText(paths.Request, needed[^1]); // last: it starts root's part
    }

    private bool IsReady(string version) =>
        Directory.Exists(paths.Ready) && File.Exists(paths.Request) && File.ReadAllText(paths.Request).Equals(version, StringComparison.Ordinal);

    private TimeSpan AskAgain(string version)
    {
        File.WriteAllText(paths.Request, version);
        return Report(version, "It is handed over, and nobody has installed it yet. Is iot-edge-agent-update.path enabled?");
    }

    /// <summary>After a failure of this version; null when it may be tried again.</summary>
    private TimeSpan? Wait(UpdateResult last)
    {
        if (last.State is UpdateState.Applied or UpdateState.Trial or UpdateState.GoingBack) return Retry; // this process is about to be replaced
        if (last.Attempts >= MaxAttempts) return Report(last.Version, $"It {Words(last.State)} at {last.At:u}: {last.Reason} It is not tried again.");

        var left = last.At + AfterFailure - clock.GetUtcNow();
        if (left > TimeSpan.Zero) return TimeSpan.FromTicks(Math.Min(left.Ticks, AfterFailure.Ticks));

        Discard(); // it may be what was refused
        return null;
    }

    private void Discard()
    {
        if (!Directory.Exists(Path.GetDirectoryName(paths.Request))) return;

        File.Delete(paths.Request); // first: it says what is ready
        foreach (var folder in (string[])[paths.Fetched, paths.Ready])
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private TimeSpan Idle()
    {
        _reported = null;
        Discard(); // of a version that runs now, or that nobody wants any more
        return Timeout.InfiniteTimeSpan;
    }

    /// <summary>Once per reason, not once per try.</summary>
    private TimeSpan Report(string version, string reason)
    {
        if (!reason.Equals(_reported, StringComparison.Ordinal)) logger.NotUpdated(version, reason, running);
        _reported = reason;
        return Retry;
    }

    private static string Words(UpdateState state) => state == UpdateState.Refused ? "was refused" : "was taken back";
}
