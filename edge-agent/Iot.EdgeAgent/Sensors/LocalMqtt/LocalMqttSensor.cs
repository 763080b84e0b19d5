using System.Text.Json;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>What devices of this site publish at a local broker. They speak when they like; a round takes what came since the last.</summary>
internal sealed class LocalMqttSensor : ISensor
{
    private readonly List<LocalMqttMapping> _mappings;
    private readonly ReadingQueue _queue;
    private readonly LocalConnection _connection;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private long _unusable;
    private Task? _listening;

    /// <param name="options">As <see cref="LocalMqttRules"/> found them right.</param>
    public LocalMqttSensor(string name, LocalMqttOptions options, TimeProvider clock, ILogger logger)
    {
        if (!LocalBroker.TryParse(options.Url, out var broker)) throw new ArgumentException(LocalBroker.Allowed, nameof(options));

        (Name, _clock, _logger) = (name, clock, logger);
        _mappings = [.. LocalMqttPresets.Of(name, options), .. options.Mappings.Select(mapping => new LocalMqttMapping(name, mapping.Key, mapping.Value))];
        _queue = new(name, options.MaxNames, clock, logger);
        string[] filters = [.. _mappings.Select(mapping => mapping.Filter).Distinct(StringComparer.Ordinal)];
        _connection = new(broker, options, name, filters, Take, clock, logger);
    }

    public string Name { get; }

    /// <summary>It connects at times of its own; what came before must not wait for the next try.</summary>
    public bool TriesByItself => true;

    public void Sample(SensorReadings readings)
    {
        _listening ??= _connection.RunAsync(_stopping.Token);
        _queue.MoveTo(readings);
        if (_connection.Failure is { } failure) throw new IOException(failure);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>One message. Reported the first time, the tenth, the hundredth …</summary>
    private void Take(string topic, ReadOnlyMemory<byte> payload)
    {
        try
        {
            if (payload.Length > LocalBroker.MostPayloadBytes) throw new JsonException($"it has {payload.Length} bytes, and more than {LocalBroker.MostPayloadBytes} are no measurement.");

            var now = _clock.GetUtcNow();
            foreach (var mapping in _mappings)
                foreach (var reading in mapping.Read(topic, payload, now)) _queue.Add(reading);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            _unusable++;
            if (Math.Log10(_unusable) % 1 == 0) _logger.PayloadUnusable(Name, topic, e.Message, _unusable);
        }
    }
}
