using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Setup;

/// <summary>Waits until the gateway has acknowledged the first batch of the agent that was just started.</summary>
/// <param name="before">Its state before the start, to tell that from the new one; null when there was none.</param>
internal sealed class FirstBatch(string dataPath, AgentStatus? before, TimeProvider clock)
{
    /// <summary>How it stood when last looked at.</summary>
    public string Stand { get; private set; } = "it has not started";

    /// <summary>Why the agent uses its last good settings instead of those in its files: then nothing that it publishes counts.</summary>
    public IReadOnlyList<string> LocalProblems { get; private set; } = [];

    /// <param name="longest">How long to wait.</param>
    /// <param name="stood">Called with <see cref="Stand"/> whenever that may have changed.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <returns>False when none came in time, or it is not with these settings: <see cref="LocalProblems"/>.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, Action<string> stood, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var changed = new Signal();
        var watchers = new Dictionary<string, FileSystemWatcher>(StringComparer.Ordinal);
        try
        {
            while (true)
            {
                Attach(watchers, changed);
                if (Read() is { } status)
                {
                    if ((LocalProblems = status.Configuration?.LocalProblems ?? []).Count > 0) return false;
                    if (status.Devices[0].Published > 0) return true;

                    stood(Stand = Describe(status));
                }

                await changed.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            foreach (var watcher in watchers.Values) watcher.Dispose();
        }
    }

    private static string Describe(AgentStatus status) => status switch
    {
        { Devices: [{ Connected: false, LastFailure: var failure }, ..] } => $"not connected: {failure ?? "not yet"}",
        { Clock: { Known: false } clock } => $"connected; clock {clock}",
        _ => "connected; no batch is acknowledged yet",
    };

    private AgentStatus? Read()
    {
        var status = StatusFile.Read(dataPath);
        return status is { Running: true, Devices.Count: > 0 } && (status.ProcessId, status.StartedAt) != (before?.ProcessId, before?.StartedAt) ? status : null;
    }

    /// <summary>To the directories in which the state may appear; to the parents of those that the agent is still to make.</summary>
    private void Attach(Dictionary<string, FileSystemWatcher> watchers, Signal changed)
    {
        string[] fresh;
        do
        {
            fresh = [.. StatusFile.Places(dataPath).Select(place => Path.GetDirectoryName(Path.GetFullPath(place))!)
                .Select(directory => Directory.Exists(directory) ? directory : Path.GetDirectoryName(directory)!)
                .Where(directory => Directory.Exists(directory) && !watchers.ContainsKey(directory))
                .Distinct(StringComparer.Ordinal)];
            foreach (var directory in fresh) watchers[directory] = Watch(directory, changed);
        }
        while (fresh.Length > 0); // made between the look and the watch: looked at again
    }

    private static FileSystemWatcher Watch(string directory, Signal changed)
    {
        var watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName };
        watcher.Created += (_, _) => changed.Set();
        watcher.Renamed += (_, _) => changed.Set(); // as the state is written
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
