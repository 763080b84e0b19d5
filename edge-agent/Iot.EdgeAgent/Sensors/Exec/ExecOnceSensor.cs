namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>A program that is run at each round, prints what it found and ends.</summary>
internal sealed class ExecOnceSensor(string name, ExecOptions options, TimeSpan timeout, TimeProvider clock, ILogger logger) : ISensor
{
    private readonly PrintedReadings _printed = new(clock);
    private readonly ErrorOutput _errors = new(name, clock, logger);
    private readonly byte[] _output = new byte[options.MaxBytes + 1];

    public string Name => name;

    public void Sample(SensorReadings readings)
    {
        var length = RunAsync().GetAwaiter().GetResult(); // this thread has nothing else to do
        if (_printed.Take(_output.AsSpan(0, length), age: default, readings) is { } wrong) throw new IOException(wrong);
    }

    public void Dispose()
    {
        // no program outlives its round
    }

    /// <returns>How many bytes it printed.</returns>
    /// <exception cref="IOException">It could not be started, took too long, printed too much, or ended with another code than 0.</exception>
    private async Task<int> RunAsync()
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var child = ChildProcess.Start(options);
        var errors = _errors.ReadAsync(child.Errors, limit.Token);
        try
        {
            var length = await ReadAsync(child.Output, limit.Token);
            await child.WaitForExitAsync(limit.Token);
            child.Kill(); // what it left behind would hold its standard error open
            await errors;
            return child.ExitCode == 0 ? length : throw new IOException($"{options.Program} ended with exit code {child.ExitCode}. {_errors.Last}".TrimEnd());
        }
        catch (OperationCanceledException e)
        {
            throw new IOException($"{options.Program} did not end within {timeout.TotalSeconds:0.#} s and was killed, with what it had started.", e);
        }
    }

    private async Task<int> ReadAsync(Stream output, CancellationToken cancellation)
    {
        for (var length = 0; ;)
        {
            var read = await output.ReadAsync(_output.AsMemory(length), cancellation);
            if (read == 0) return length;

            length += read;
            if (length > options.MaxBytes) throw new IOException($"{options.Program} printed more than {options.MaxBytes} bytes and was killed; nothing of it is taken.");
        }
    }
}
