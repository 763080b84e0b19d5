namespace Iot.Gateway.Influx;

/// <summary>How much one request may carry: as configured, or less once the server found that too large. Thread-safe.</summary>
internal sealed class BodyLimit(InfluxOptions options, ILogger logger)
{
    private int _maxBytes = options.MaxBatchBytes;

    public int MaxLines => options.MaxBatchLines;

    public int MaxBytes => Volatile.Read(ref _maxBytes);

    /// <summary>Remembered until the process ends, so that a smaller server is not asked too much again and again.</summary>
    public void Lower(int bytes)
    {
        bytes = Math.Max(bytes, 1024);
        for (var seen = MaxBytes; bytes < seen; seen = MaxBytes)
        {
            if (Interlocked.CompareExchange(ref _maxBytes, bytes, seen) != seen) continue;

            logger.BodyTooLarge(seen, bytes);
            return;
        }
    }
}
