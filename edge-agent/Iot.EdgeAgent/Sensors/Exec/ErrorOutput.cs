namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>What a program writes to standard error: into the log, a line a minute at most, and the last line is kept to explain a failure.</summary>
internal sealed class ErrorOutput(string sensor, TimeProvider clock, ILogger logger)
{
    private const int MaxLength = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private long _loggedAt;
    private int _leftOut;

    /// <summary>Shortened to 256 characters; empty when there was nothing.</summary>
    public string Last { get; private set; } = "";

    /// <summary>Until the program closes it. Does not fail.</summary>
    public async Task ReadAsync(Stream errors, CancellationToken stopping)
    {
        var lines = new BoundedLines(errors, MaxLength * 4);
        try
        {
            while (await lines.NextAsync(stopping) is { } line) Take(line.Text);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // the program is gone; how it fared is told by whoever waits for it
        }
    }

    private void Take(ReadOnlyMemory<byte> line)
    {
        var text = string.Concat(System.Text.Encoding.UTF8.GetString(line.Span).Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        if (text.Length == 0) return;

        Last = text[..Math.Min(text.Length, MaxLength)];
        if (_loggedAt != 0 && clock.GetElapsedTime(_loggedAt) < Pause)
        {
            _leftOut++;
            return;
        }

        logger.ProgramSays(sensor, Last, _leftOut);
        (_loggedAt, _leftOut) = (clock.GetTimestamp(), 0);
    }
}
