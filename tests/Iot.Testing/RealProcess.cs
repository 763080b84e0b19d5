using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Iot.Testing;

/// <summary>A real program under test or beside it. Killed, if still running, when disposed.</summary>
public sealed partial class RealProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<string> _results = [];
    private readonly List<string> _errors = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waits = [];
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _openStreams = 2;

    private RealProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All of stdout and stderr so far, as lines in the order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    /// <summary>Stdout alone, so far.</summary>
    public string Results
    {
        get
        {
            lock (_lines) return string.Join('\n', _results);
        }
    }

    /// <summary>Stderr alone, so far.</summary>
    public string Errors
    {
        get
        {
            lock (_lines) return string.Join('\n', _errors);
        }
    }

    public static RealProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) info.Environment[name] = value;

        var process = new Process { StartInfo = info };
        var real = new RealProcess(process);
        process.OutputDataReceived += (_, e) => real.Take(e.Data, isError: false);
        process.ErrorDataReceived += (_, e) => real.Take(e.Data, isError: true);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return real;
    }

    /// <summary>Runs to the end; 60 s at most.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var process = Start(program, arguments, environment);
        var exitCode = await process.ExitAsync(TimeSpan.FromSeconds(60));
        return (exitCode, process.Output);
    }

    /// <summary>The first line, past or to come, that contains <paramref name="text"/>.</summary>
    /// <exception cref="TimeoutException">None came within <paramref name="limit"/> (default 30 s); the message holds the output.</exception>
    public async Task<string> LineAsync(string text, TimeSpan? limit = null)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Find(line => line.Contains(text)) is { } line) return line;

            _waits.Add((line => line.Contains(text), found));
        }

        try
        {
            return await found.Task.WaitAsync(limit ?? TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"'{_process.StartInfo.FileName}' did not say '{text}'. It said:\n{Output}", e);
        }
    }

    public async Task<int> ExitAsync(TimeSpan limit)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(limit);
            await _outputEnded.Task.WaitAsync(limit);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"'{_process.StartInfo.FileName}' did not end within {limit}. It said:\n{Output}", e);
        }

        return _process.ExitCode;
    }

    /// <summary>SIGTERM, then waits for the end (default 15 s).</summary>
    public Task<int> StopAsync(TimeSpan? limit = null)
    {
        Signal(15);
        return ExitAsync(limit ?? TimeSpan.FromSeconds(15));
    }

    /// <summary>SIGKILL: the program gets no chance to tidy up.</summary>
    public Task<int> KillAsync()
    {
        Signal(9);
        return ExitAsync(TimeSpan.FromSeconds(60)); // at once, but on a machine that is busy
    }

    /// <summary>Sends a signal by number: 19 stops, 18 continues.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited) _ = Kill(_process.Id, signal);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private void Take(string? line, bool isError)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref _openStreams) == 0) _outputEnded.TrySetResult();
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
            (isError ? _errors : _results).Add(line);
            foreach (var (wanted, found) in _waits.Where(wait => wait.Wanted(line))) found.TrySetResult(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
