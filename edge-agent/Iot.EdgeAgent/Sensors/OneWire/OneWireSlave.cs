namespace Iot.EdgeAgent.Sensors.OneWire;

/// <summary>One device on a 1-wire bus, read on a thread of its own: a conversion takes three quarters of a second, and a bad contact longer.</summary>
/// <param name="id">The address that is burnt into it: <c>28-0316a2794a52</c>.</param>
/// <param name="start">Starts the thread; default: as it is.</param>
internal sealed class OneWireSlave(string id, IReadOnlyList<OneWireValue> values, Action<Thread>? start = null) : IDisposable
{
    private readonly SamplingThread _thread = new($"1-wire {id}", start);
    private readonly double[] _found = new double[values.Count];
    private string? _failure;
    private Task _read = Task.CompletedTask;

    public string Id => id;

    /// <summary>A read begun in an earlier round has not come back.</summary>
    public bool IsBusy => !_read.IsCompleted;

    /// <summary>Begins a read; the task ends with it and does not fail.</summary>
    public Task Begin()
    {
        try
        {
            return _read = _thread.RunAsync(Read);
        }
        catch (IOException e) // no thread: tried again at the next round
        {
            Array.Fill(_found, double.NaN);
            _failure = e.Message;
            return Task.CompletedTask;
        }
    }

    /// <summary>Hands over what the last read found.</summary>
    /// <returns>Why there is nothing, or null.</returns>
    public string? Take(SensorReadings readings)
    {
        for (var i = 0; i < values.Count; i++) readings.Add(values[i].Name, _found[i]);
        return _failure;
    }

    /// <summary>A read that hangs is left to itself.</summary>
    public void Dispose() => _thread.Dispose();

    private void Read()
    {
        _failure = null;
        for (var i = 0; i < values.Count; i++)
        {
            _found[i] = double.NaN;
            try
            {
                _found[i] = values[i].Read();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _failure = e.Message;
            }
        }
    }
}
