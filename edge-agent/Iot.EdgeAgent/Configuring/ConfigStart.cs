using Iot.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What is in force at the start: this machine's configuration, or its last good one when a file has turned bad, and over it the gateway's.</summary>
/// <param name="Local">This machine's.</param>
/// <param name="LocalProblems">Why the last good one is used; empty when it is not.</param>
/// <param name="State">As noted on disk.</param>
internal sealed record ConfigStart(
    string[] Arguments, IConfigurationRoot Local, IReadOnlyList<ConfigProblem> LocalProblems, EffectiveSettings Effective, ConfigState State, ConfigFiles Files)
{
    /// <summary>The gateway configures this device.</summary>
    public bool IsRemote => IsFollowing(Effective.Options);

    /// <summary>It is this machine, and its configuration may change while it runs.</summary>
    public bool IsThisMachine => Effective.Options.Simulation.Devices == 0;

    /// <exception cref="SettingsException">It cannot be used, and there is no last good one.</exception>
    /// <exception cref="IOException">There can be no data directory.</exception>
    public static ConfigStart Read(string[] arguments, TimeProvider clock)
    {
        var local = ReadLocal(arguments, out var problems);
        var options = AgentSettings.Load(local);
        var path = Fleet.DataPath(options.Data);
        Directory.CreateDirectory(path);
        var files = new ConfigFiles(path);
        if (!IsFollowing(options)) return new(arguments, local, problems, new(local, options, null), new(), files);

        var (before, now) = (files.ReadState(), clock.GetUtcNow());
        var state = before.Started(now);
        var effective = Effect(local, ref state, options.Remote.AllowExec, now);
        if (state != before && !files.TryWrite(state, NullLogger.Instance) && state.Trial is not null) // before anything is done with it: a start that fails counts, too
        {
            state = state.RollBack(now, new ConfigProblem("", null, "another start of the agent could not be noted on disk"));
            effective = Effect(local, ref state, options.Remote.AllowExec, now);
        }

        return new(arguments, local, problems, effective, state, files);
    }

    /// <summary>The gateway's over <paramref name="local"/>; what does not fit any more is given up, down to this machine's alone.</summary>
    public static EffectiveSettings Effect(IConfigurationRoot local, ref ConfigState state, bool allowExec, DateTimeOffset now)
    {
        while (true)
        {
            if (EffectiveSettings.TryRead(local, state.InForce, allowExec, out var problems) is { } effective) return effective;
            if (state is { Trial: null, Good: null }) throw new SettingsException([.. problems.Select(problem => problem.ToString())]);

            state = state.Trial is not null ? state.RollBack(now, problems) : state.RefuseGood(now, problems);
        }
    }

    private static bool IsFollowing(AgentOptions options) => options.Remote.Enabled && options.Simulation.Devices == 0;

    private static IConfigurationRoot ReadLocal(string[] arguments, out IReadOnlyList<ConfigProblem> problems)
    {
        try
        {
            problems = [];
            return LocalSettings.Read(arguments);
        }
        catch (SettingsException e) when (!e.Problems.Any(SettingOrigin.IsCommandLine)) // there somebody sits, and is told at once
        {
            if (new ConfigFiles(LocalSettings.DataPath(arguments)).ReadLastGood() is not { } kept) throw;

            problems = [.. e.Problems.Select(ConfigProblem.Of)];
            var local = LocalSettings.Of(kept);
            return EffectiveSettings.TryRead(local, null, allowExec: false, out _) is not null ? local : throw new SettingsException(e.Problems);
        }
    }
}
