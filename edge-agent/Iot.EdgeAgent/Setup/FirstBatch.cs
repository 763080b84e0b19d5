using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Setup;

/// <summary>Waits until the gateway has acknowledged the first batch of the agent that was just started.</summary>
/// <param name="before">Its state before the start, to tell that from the new one; null when there was none.</param>
internal sealed class FirstBatch(string dataPath, AgentStatus? before, TimeProvider clock)
{
    /// <summary>How it stood when last looked at.</summary>
    public string Stand { get; private set; } = "it has not started";

    /// <param name="longest">How long to wait.</param>
    /// <param name="stood">Called with <see cref="Stand"/> whenever that may have changed.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <returns>False when none came in time.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, Action<string> stood, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var changed = new Signal();
        var watchers = StatusFile.Places(dataPath).Select(Path.GetDirectoryName).Where(Directory.Exists).Distinct(StringComparer.Ordinal).Select(place => Watch(place!, changed)).ToList();
        try
        {
            while (true)
            {
                if (Read() is { } status)
                {
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
            watchers.ForEach(watcher => watcher.Dispose());
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

    private static FileSystemWatcher Watch(string directory, Signal changed)
    {
        var watcher = new FileSystemWatcher(directory, StatusFile.Name);
        watcher.Created += (_, _) => changed.Set();
        watcher.Changed += (_, _) => changed.Set();
        watcher.Renamed += (_, _) => changed.Set();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
