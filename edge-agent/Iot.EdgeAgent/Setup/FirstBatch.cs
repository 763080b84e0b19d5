using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Setup;

/// <summary>Waits until the gateway has acknowledged the first batch of the agent that was just started.</summary>
/// <param name="before">Its state before the start, to tell that from the new one; null when there was none.</param>
internal sealed class FirstBatch(string dataPath, AgentStatus? before, TimeProvider clock)
{
    /// <param name="longest">How long to wait.</param>
    /// <param name="stand">How it stands, whenever that changes.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <returns>False when none came in time.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, Action<string> stand, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var changed = new Signal();
        var watchers = StatusFile.Places(dataPath).Select(Path.GetDirectoryName).Where(Directory.Exists).Distinct(StringComparer.Ordinal).Select(place => Watch(place!, changed)).ToList();
        try
        {
            while (true)
            {
                if (Read() is { } device)
                {
                    if (device.Published > 0) return true;

                    stand(device.Connected ? "connected; waiting for the first batch to be acknowledged" : $"not connected: {device.LastFailure ?? "not yet"}");
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

    private DeviceStatus? Read()
    {
        var status = StatusFile.Read(dataPath);
        return status is { Running: true, Devices: [var device, ..] } && (status.ProcessId, status.StartedAt) != (before?.ProcessId, before?.StartedAt) ? device : null;
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
