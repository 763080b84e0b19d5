namespace Iot.EdgeAgent.Sensors;

/// <summary>The channels of a sensor: one that fails is reported once and costs its own reading only.</summary>
internal sealed class KernelChannels(ILogger logger) : IDisposable
{
    private readonly List<IKernelChannel> _all = [];
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal); // outlives the channels: what fails for days is reported once

    public bool IsEmpty => _all.Count == 0;

    public void Add(IKernelChannel channel) => _all.Add(channel);

    /// <param name="place">Where they were looked for, for the message when there is nothing.</param>
    /// <exception cref="IOException">Not one could be read. They are forgotten, and to be looked for again.</exception>
    public void Sample(SensorReadings readings, string place)
    {
        var read = 0;
        foreach (var channel in _all)
        {
            var failure = Try(channel, readings);
            if (failure is not null)
            {
                if (_failing.Add(channel.Path)) logger.ChannelFailed(channel.Path, failure);
                continue;
            }

            read++;
            _failing.Remove(channel.Path);
        }

        if (read > 0) return;

        Dispose();
        throw new IOException($"Nothing to read under '{place}'.");
    }

    public void Dispose()
    {
        _all.ForEach(channel => channel.Dispose());
        _all.Clear();
    }

    private static string? Try(IKernelChannel channel, SensorReadings readings)
    {
        try
        {
            channel.Sample(readings);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
