using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>A program that runs on and prints a line when it has something. When it ends, it is started again, ever more rarely.</summary>
/// <remarks>Its lines are taken in by a task of their own, which starts with the first round; each waits with its age for the next round.</remarks>
internal sealed class ExecStreamSensor(string name, ExecOptions options, TimeProvider clock, ILogger logger) : ISensor
{
    /// <summary>For what it wrote to standard error before it ended: what it left running in another session may hold that open for ever.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly PrintedReadings _printed = new(clock);
    private readonly ErrorOutput _errors = new(name, clock, logger);
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1), Random.Shared.NextDouble);
    private readonly Lock _gate = new();
    private readonly Queue<Line> _waiting = new();
    private readonly CancellationTokenSource _stopping = new();
    private string? _failure;
    private bool _started;
    private int _givenUp;
    private int _tooLong;

    public string Name => name;

    public bool TriesByItself => true;

    public void Sample(SensorReadings readings)
    {
        if (!_started) _ = RunAsync(_stopping.Token);
        _started = true;

        string? wrong = null;
        while (Next() is { } line) wrong = _printed.Take(line.Text, clock.GetElapsedTime(line.At), readings) ?? wrong;
        if ((Failure() ?? wrong) is { } failure) throw new IOException(failure);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>Until disposed of. Nobody waits for it: what it meets is told by <see cref="Sample"/>.</summary>
    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var start = clock.GetTimestamp();
            var failure = await RunOnceAsync(stopping);
            if (stopping.IsCancellationRequested) return;

            lock (_gate) _failure = failure;
            var pause = TimeSpan.FromSeconds(1) + _backoff.Next(held: clock.GetElapsedTime(start));
            await Task.Delay(pause, clock, stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <returns>Why it is not running any more.</returns>
    private async Task<string> RunOnceAsync(CancellationToken stopping)
    {
        try
        {
            using var child = ChildProcess.Start(options);
            using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var errors = _errors.ReadAsync(child.Errors, hangUp.Token);
            await TakeLinesAsync(child.Output, stopping);
            child.Kill(); // it may have closed its output only
            await child.WaitForExitAsync(stopping);
            await Task.WhenAny(errors, Task.Delay(LastWords, clock, stopping));
            await hangUp.CancelAsync();
            return $"{options.Program} ended with exit code {child.ExitCode} and is started again. {_errors.Last}".TrimEnd();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return e.Message;
        }
    }

    private async Task TakeLinesAsync(Stream output, CancellationToken stopping)
    {
        var lines = new BoundedLines(output, options.MaxBytes);
        while (await lines.NextAsync(stopping) is { } line)
        {
            lock (_gate)
            {
                _failure = null;
                if (line.TooLong) _tooLong++;
                if (line.Text.IsEmpty) continue;

                if (_waiting.Count == options.MaxWaiting)
                {
                    _waiting.Dequeue();
                    _givenUp++;
                }

                _waiting.Enqueue(new(line.Text.ToArray(), clock.GetTimestamp()));
            }
        }
    }

    private Line? Next()
    {
        lock (_gate) return _waiting.TryDequeue(out var line) ? line : null;
    }

    private string? Failure()
    {
        lock (_gate)
        {
            var (givenUp, tooLong) = (_givenUp, _tooLong);
            if (tooLong > 0)
            {
                _tooLong = 0;
                return $"{options.Program}: {tooLong} lines of more than {options.MaxBytes} bytes are left out.";
            }

            _givenUp = 0;
            return givenUp == 0
                ? _failure
                : $"{options.Program} prints more than {options.MaxWaiting} lines an interval; {givenUp} are given up. Raise MaxWaiting or sample more often.";
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Line(byte[] Text, long At);
}
