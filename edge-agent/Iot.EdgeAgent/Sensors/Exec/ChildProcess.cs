#pragma warning disable CA1416 // modes of files: the agent runs on Linux

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>A program of the user's, in a process group of its own, so that what it starts ends with it.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const string Path = "/usr/local/bin:/usr/bin:/bin";
    private const int SigKill = 9;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Errors => _process.StandardError.BaseStream;

    /// <summary>Known after <see cref="WaitForExitAsync"/>.</summary>
    public int ExitCode => _process.ExitCode;

    /// <exception cref="IOException">There is no such program, or it may not be run.</exception>
    public static ChildProcess Start(ExecOptions options)
    {
        var program = Find(options.Program!);
        var start = new ProcessStartInfo("/usr/bin/setsid") // a session, and with it a group, that can be killed as a whole; util-linux is everywhere
        {
            UseShellExecute = false,
            WorkingDirectory = options.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in options.Arguments) start.ArgumentList.Add(argument);
        Restrict(start.Environment, options.Environment);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return new(process);
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{program} cannot be started: {e.Message}.", e);
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <summary>It and all that it started and that did not leave its group.</summary>
    public void Kill()
    {
        if (Kill(-_process.Id, SigKill) != 0 && !_process.HasExited) _process.Kill(entireProcessTree: true); // before setsid has made the group
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static string Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            if (!File.Exists(program)) throw new IOException($"{program}: there is no such program, or this user may not see it.");
            if ((File.GetUnixFileMode(program) & Executable) == UnixFileMode.None) throw new IOException($"{program} is not executable: chmod +x, or name its interpreter as Program.");

            return program;
        }

        return Path.Split(':').Select(directory => System.IO.Path.Combine(directory, program)).FirstOrDefault(File.Exists)
            ?? throw new IOException($"{program}: there is no such program in {Path}; give its whole path.");
    }

    private static void Restrict(IDictionary<string, string?> environment, IDictionary<string, string> given)
    {
        string[] kept = ["HOME", "LANG", "TZ"];
        foreach (var name in environment.Keys.Except(kept, StringComparer.Ordinal).ToList()) environment.Remove(name);
        environment["PATH"] = Path;
        foreach (var (name, value) in given) environment[name] = value;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
