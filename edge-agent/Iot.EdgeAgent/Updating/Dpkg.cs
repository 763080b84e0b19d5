using System.Diagnostics;

namespace Iot.EdgeAgent.Updating;

/// <summary>Debian's package tool, which knows which files are whose and what an upgrade has to do.</summary>
/// <param name="root">Where packages are installed; <c>/</c>, or a folder in tests.</param>
internal sealed class Dpkg(string root = "/")
{
    private const int TailLines = 5;

    private string[] Where => root is "/" ? [] : ["--root", root, "--force-not-root"];

    /// <returns>Null when it is installed, else the last lines of what dpkg said.</returns>
    /// <remarks>An older version too: the way back. Settings that were changed here stay.</remarks>
    public Task<string?> InstallAsync(string package, CancellationToken cancellation) =>
        RunAsync([.. Where, "--force-confold", "--force-downgrade", "--install", package], cancellation);

    /// <summary>Ends what a power cut has left half done of our package; those of others are not ours to end.</summary>
    public Task<string?> ConfigureAsync(CancellationToken cancellation) => RunAsync([.. Where, "--force-confold", "--configure", Release.Package], cancellation);

    public static async Task<bool> IsNewerAsync(string version, string than, CancellationToken cancellation) =>
        await RunAsync(["--compare-versions", version, "gt", than], cancellation) is null;

    private static async Task<string?> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dpkg", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        using var dpkg = Process.Start(start) ?? throw new IOException("dpkg cannot be started. Is this a Debian system?");
        dpkg.StandardInput.Close(); // it must not ask
        var said = new Queue<string>();
        var output = TailAsync(dpkg.StandardOutput, said);
        var errors = TailAsync(dpkg.StandardError, said);
        await dpkg.WaitForExitAsync(cancellation);
        await Task.WhenAll(output, errors);
        return dpkg.ExitCode == 0 ? null : $"dpkg ended with {dpkg.ExitCode}: {string.Join(" / ", said)}";
    }

    private static async Task TailAsync(StreamReader reader, Queue<string> said)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (said)
            {
                said.Enqueue(line);
                if (said.Count > TailLines) said.Dequeue();
            }
        }
    }
}
