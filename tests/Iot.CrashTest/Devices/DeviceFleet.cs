using System.Globalization;

namespace Iot.CrashTest.Devices;

/// <summary>Devices that publish to one port, each on a connection of its own.</summary>
internal sealed class DeviceFleet : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly List<Device> _devices;
    private readonly List<Task> _running;

    /// <param name="first">Number of the first: numbers differ in the whole campaign.</param>
    public DeviceFleet(string prefix, int first, int count, int port)
    {
        var firstNs = DateTimeOffset.UtcNow.AddHours(-12).ToUnixTimeSeconds() * 1_000_000_000; // times run ahead of the clock
        _devices = [.. Enumerable.Range(first, count).Select(number => new Device(Name(prefix, number), number, port, firstNs))];
        _running = _devices.ConvertAll(device => Task.Run(() => device.RunAsync(_stopping.Token, _givingUp.Token)));
    }

    public IReadOnlyList<string> Names => [.. _devices.Select(device => device.Id)];

    public static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:00}");

    /// <summary>No new batches; complete once every one that was sent is acknowledged.</summary>
    public async Task FinishAsync(TimeSpan limit)
    {
        await _stopping.CancelAsync();
        try
        {
            await Task.WhenAll(_running).WaitAsync(limit);
        }
        catch (TimeoutException e)
        {
            var waiting = _devices.Where((_, i) => !_running[i].IsCompleted);
            throw new TimeoutException($"Not acknowledged within {limit.TotalSeconds} s although everything runs: {string.Join("; ", waiting)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _givingUp.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _givingUp.Dispose();
    }
}
