using System.Security.Cryptography;
using Iot.Journal;

namespace Iot.EdgeAgent.Updating;

/// <summary>Root's part: takes what the agent handed over, believes none of it, installs it, and takes it back when it does not serve.</summary>
/// <remarks>
/// A power cut at any point ends well at the next start: <c>next/</c> without a result on trial was not installed yet, and goes;
/// a result on trial means that dpkg may have been cut off, so it is ended, and the trial begins anew, three times at most. A copy of this program does that
/// (<c>iot-edge-agent-update-resume.service</c>): the new one may be none that starts.
/// </remarks>
internal sealed class UpdateInstaller(UpdatePaths paths, Dpkg dpkg, UpdateTrial trial, UpdateOptions options, string running, TimeProvider clock)
{
    private const int MostStarts = 3;
    private static readonly TimeSpan BetweenWaysBack = TimeSpan.FromMinutes(1);

    /// <returns>How it went; null when there was nothing to do, or another run is at work.</returns>
    /// <exception cref="IOException">The disk refuses. What was begun is ended by the next run.</exception>
    public async Task<UpdateResult?> RunAsync(CancellationToken cancellation)
    {
        using var turn = paths.TryLock();
        if (turn is null) return null;

        using var key = paths.Key(out var noKey);
        if (paths.Result() is { State: UpdateState.Trial or UpdateState.GoingBack } cutOff) return await ResumeAsync(cutOff, key, noKey, cancellation);
        if (!Directory.Exists(paths.Ready)) return null;

        var asked = paths.Requested();
        TakeOver();
        if (key is null) return Refuse(asked, noKey);
        if (UpdatePaths.Checked(paths.Next, key, out var whyNot) is not { } next) return Refuse(asked, whyNot);
        if (!await Dpkg.IsNewerAsync(next.Version, running, cancellation)) return Refuse(next.Version, $"It is not newer than {running}, which runs.");

        if (IsOfRunning(paths.Given, key)) Replace(paths.Current, paths.Given);
        if (!IsOfRunning(paths.Current, key)) return Refuse(next.Version, $"The package of {running} is not there to go back to.", keepsCurrent: false);

        paths.KeepInstaller();
        Note(next.Version, UpdateState.Trial, reason: null, running);
        return await InstallAsync(next, cancellation);
    }

    private async Task<UpdateResult> InstallAsync(Release next, CancellationToken cancellation)
    {
        var problem = await dpkg.InstallAsync(Path.Combine(paths.Next, UpdatePaths.PackageName), cancellation)
            ?? await trial.PassAsync(next.Version, options.TrialTime, cancellation);
        return problem is null ? Keep(next.Version) : await TakeBackAsync(next.Version, problem, cancellation);
    }

    /// <summary>A version that takes the machine down with it is not installed at every boot for ever.</summary>
    private async Task<UpdateResult> ResumeAsync(UpdateResult cutOff, ECDsa? key, string noKey, CancellationToken cancellation)
    {
        _ = await dpkg.ConfigureAsync(cancellation); // what it could not end, the next installation mends
        if (cutOff.State == UpdateState.GoingBack) return await TakeBackAsync(cutOff.Version, cutOff.Reason ?? "", cancellation);
        if (cutOff.Attempts >= MostStarts) return await TakeBackAsync(cutOff.Version, $"Its trial was cut off {cutOff.Attempts} times.", cancellation);
        if (key is null) return await TakeBackAsync(cutOff.Version, noKey, cancellation);
        if (UpdatePaths.Checked(paths.Next, key, out var whyNot) is not { } next) return await TakeBackAsync(cutOff.Version, whyNot, cancellation);

        Note(cutOff.Version, UpdateState.Trial, reason: null, cutOff.Current);
        return await InstallAsync(next, cancellation);
    }

    private bool IsOfRunning(string folder, ECDsa key) =>
        UpdatePaths.Checked(folder, key, out _) is { } release && release.Version.Equals(running, StringComparison.Ordinal);

    private UpdateResult Keep(string version)
    {
        Replace(paths.Current, paths.Next);
        return Note(version, UpdateState.Applied, reason: null, version);
    }

    /// <summary>Until it is done: the lock of dpkg may be another's for a while, or the disk full. A cut in between is caught up on by the next run.</summary>
    private async Task<UpdateResult> TakeBackAsync(string version, string problem, CancellationToken cancellation)
    {
        var current = paths.Result()?.Current;
        Note(version, UpdateState.GoingBack, problem, current);
        while (await dpkg.InstallAsync(Path.Combine(paths.Current, UpdatePaths.PackageName), cancellation) is { } failure)
        {
            Note(version, UpdateState.GoingBack, $"{problem} The version before cannot be put back yet: {failure}", current);
            await Task.Delay(BetweenWaysBack, clock, cancellation);
        }

        Drop(paths.Next);
        return Note(version, UpdateState.RolledBack, problem, current);
    }

    /// <summary>Copies what the agent owns to where it cannot reach; on disk when it returns.</summary>
    private void TakeOver()
    {
        Copy(Path.Combine(paths.Ready, "next"), paths.Next);
        Copy(Path.Combine(paths.Ready, "current"), paths.Given);
    }

    private static void Copy(string from, string to)
    {
        Drop(to);
#pragma warning disable CA1416 // the agent runs on Linux
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        foreach (var name in (string[])[UpdatePaths.ReleaseName, UpdatePaths.PackageName])
            UntrustedFile.TryCopy(Path.Combine(from, name), Path.Combine(to, name), Release.MaxPackageBytes); // what is not there the check finds missing

        new PosixDisk().SyncDirectory(to);
    }

    /// <summary>A cut in between leaves neither: then the agent hands over the package that runs once more.</summary>
    private static void Replace(string folder, string by)
    {
        Drop(folder);
        Directory.Move(by, folder);
    }

    private static void Drop(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private UpdateResult Refuse(string version, string reason, bool keepsCurrent = true)
    {
        Drop(paths.Next);
        return Note(version, UpdateState.Refused, reason, keepsCurrent ? paths.Result()?.Current : null);
    }

    private UpdateResult Note(string version, UpdateState state, string? reason, string? current)
    {
        var before = paths.Result() is { } last && last.Version.Equals(version, StringComparison.Ordinal) ? last : null;
        var attempts = state is UpdateState.Trial or UpdateState.Refused ? (before?.Attempts ?? 0) + 1 : before?.Attempts ?? 1;
        var result = new UpdateResult(version, state, reason, clock.GetUtcNow(), attempts, current);
        paths.Note(result);
        if (state is not (UpdateState.Trial or UpdateState.GoingBack)) paths.DropInstaller();
        return result;
    }
}
