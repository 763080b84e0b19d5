namespace Iot.EndToEnd.Tests.Load;

/// <summary>Devices that publish all at once, each on a connection of its own.</summary>
internal sealed class LoadFleet : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Task _running;

    public LoadFleet(int devices, int port)
    {
        var firstNs = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 600) * 1_000_000_000;
        Devices = [.. Enumerable.Range(0, devices).Select(number => new LoadDevice(number, port, firstNs))];
        _running = Task.WhenAll(Devices.Select(device => Task.Run(() => device.RunAsync(_stopping.Token, _givingUp.Token))));
    }

    public IReadOnlyList<LoadDevice> Devices { get; }

    /// <summary>Batches acknowledged, all devices together.</summary>
    public int Acknowledged => Devices.Sum(device => device.Acknowledged);

    /// <summary>The same in readings.</summary>
    public long Readings => (long)Acknowledged * LoadBatch.Readings;

    /// <summary>No new batches; complete once every one that was sent is acknowledged.</summary>
    public async Task FinishAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _givingUp.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _givingUp.Dispose();
    }
}
