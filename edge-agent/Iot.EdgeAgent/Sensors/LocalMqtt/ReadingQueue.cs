using System.Text;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>Holds what came between two rounds. When it is full the oldest makes room; what goes by more names than allowed is left out.</summary>
internal sealed class ReadingQueue(string sensor, int maxNames, TimeProvider clock, ILogger logger)
{
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<(ReadingName Name, PayloadValue Value, TimeSpan Age, long Came)> _waiting = new();
    private readonly Dictionary<string, ReadingName> _names = new(StringComparer.Ordinal);
    private long _givenUp;
    private bool _isFullOfNames;

    public void Add(in LocalReading reading)
    {
        lock (_gate)
        {
            if (NameOf(reading) is not { } name) return;

            if (_waiting.Count == Most)
            {
                _waiting.Dequeue();
                _givenUp++;
            }

            _waiting.Enqueue((name, reading.Value, reading.Age, clock.GetTimestamp()));
        }
    }

    /// <summary>Hands over all that waits, each as old as it is.</summary>
    public void MoveTo(SensorReadings readings)
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var next))
            {
                var age = next.Age + clock.GetElapsedTime(next.Came);
                if (next.Value.Text is { } text) readings.Add(next.Name, Encoding.UTF8.GetBytes(text), age);
                else if (next.Value.IsSwitch) readings.Add(next.Name, next.Value.Number is not 0, age);
                else readings.Add(next.Name, next.Value.Number, age);
            }

            if (_givenUp > 0) logger.TooManyMessages(sensor, Most, _givenUp);
            _givenUp = 0;
        }
    }

    /// <summary>Null when it would be one too many.</summary>
    private ReadingName? NameOf(in LocalReading reading)
    {
        var key = $"{reading.Name} {reading.Unit}";
        if (_names.TryGetValue(key, out var name)) return name;

        if (_names.Count == maxNames)
        {
            if (!_isFullOfNames) logger.TooManyNames(sensor, reading.Name, maxNames);
            _isFullOfNames = true;
            return null;
        }

        return _names[key] = ReadingName.Parse(reading.Name, reading.Unit);
    }
}
