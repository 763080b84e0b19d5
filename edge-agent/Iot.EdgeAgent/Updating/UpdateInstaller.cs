using System.Security.Cryptography;

namespace Iot.EdgeAgent.Updating;

/// <summary>Root's part: takes what the agent handed over, believes none of it, installs it, and takes it back when it does not serve.</summary>
/// <remarks>
/// A power cut at any point ends well at the next start: <c>next/</c> without a result on trial was not installed yet, and goes;
/// a result on trial means that dpkg may have been cut off, so it is ended, and the trial begins anew. A copy of this program does that
/// (<c>iot-edge-agent-update-resume.service</c>): the new one may be none that starts.
/// </remarks>
internal sealed class UpdateInstaller(UpdatePaths paths, Dpkg dpkg, UpdateTrial trial, UpdateOptions options, string running, TimeProvider clock)
{
    /// <returns>How it went; null when there was nothing to do.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<UpdateResult?> RunAsync(CancellationToken cancellation)
    {
        using var key = paths.Key(out var noKey);
        if (paths.Result() is { State: UpdateState.Trial } cutOff) return key is null ? Refuse(cutOff.Version, noKey) : await ResumeAsync(cutOff, key, cancellation);
        if (!Directory.Exists(paths.Ready)) return null;

        TakeOver();
        if (key is null) return Refuse("unknown", noKey);
        if (UpdatePaths.Checked(paths.Next, key, out var whyNot) is not { } next) return Refuse("unknown", whyNot);
        if (!await Dpkg.IsNewerAsync(next.Version, running, cancellation)) return Refuse(next.Version, $"It is not newer than {running}, which runs.");

        if (IsOfRunning(paths.Given, key)) Replace(paths.Current, paths.Given);
        if (!IsOfRunning(paths.Current, key)) return Refuse(next.Version, $"The package of {running} is not there to go back to.");

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

    private async Task<UpdateResult> ResumeAsync(UpdateResult cutOff, ECDsa key, CancellationToken cancellation)
    {
        _ = await dpkg.ConfigurePendingAsync(cancellation); // what it could not end, the way back mends
        if (UpdatePaths.Checked(paths.Next, key, out var whyNot) is not { } next) return await TakeBackAsync(cutOff.Version, whyNot, cancellation);

        return await InstallAsync(next, cancellation);
    }

    private bool IsOfRunning(string folder, ECDsa key) =>
        UpdatePaths.Checked(folder, key, out _) is { } release && release.Version.Equals(running, StringComparison.Ordinal);

    private UpdateResult Keep(string version)
    {
        Replace(paths.Current, paths.Next);
        return Note(version, UpdateState.Applied, reason: null, version);
    }

    private async Task<UpdateResult> TakeBackAsync(string version, string problem, CancellationToken cancellation)
    {
        var current = paths.Result()?.Current;
        var back = await dpkg.InstallAsync(Path.Combine(paths.Current, UpdatePaths.PackageName), cancellation);
        Drop(paths.Next);
        return Note(version, UpdateState.RolledBack, back is null ? problem : $"{problem} The version before could not be put back: {back}", current);
    }

    /// <summary>Copies what the agent owns to where it cannot reach.</summary>
    private void TakeOver()
    {
        Copy(Path.Combine(paths.Ready, "next"), paths.Next);
        Copy(Path.Combine(paths.Ready, "current"), paths.Given);
    }

    private static void Copy(string from, string to)
    {
        Drop(to);
#pragma warning disable CA1416 // the agent runs on Linux
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // a link may lead to what is nobody's business
#pragma warning restore CA1416
        foreach (var name in (string[])[UpdatePaths.ReleaseName, UpdatePaths.PackageName])
        {
            var source = new FileInfo(Path.Combine(from, name));
            if (!source.Exists || source.LinkTarget is not null || source.Length > Release.MaxPackageBytes) continue; // then the check finds it missing

            File.Copy(source.FullName, Path.Combine(to, name));
        }
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

    private UpdateResult Refuse(string version, string reason)
    {
        Drop(paths.Next);
        return Note(version, UpdateState.Refused, reason, paths.Result()?.Current);
    }

    private UpdateResult Note(string version, UpdateState state, string? reason, string? current)
    {
        var before = paths.Result() is { } last && last.Version.Equals(version, StringComparison.Ordinal) ? last : null;
        var attempts = state == UpdateState.Trial ? (before?.Attempts ?? 0) + 1 : before?.Attempts ?? 1;
        var result = new UpdateResult(version, state, reason, clock.GetUtcNow(), attempts, current);
        paths.Note(result);
        if (state != UpdateState.Trial) paths.DropInstaller();
        return result;
    }
}
