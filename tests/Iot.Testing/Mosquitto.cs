using System.Globalization;

namespace Iot.Testing;

/// <summary>A real mosquitto 2 broker on 127.0.0.1, anonymous, nothing persisted.</summary>
public sealed class Mosquitto : IAsyncDisposable
{
    private readonly RealProcess _process;
    private readonly TempDirectory _directory;

    private Mosquitto(RealProcess process, TempDirectory directory, int port) =>
        (_process, _directory, Port) = (process, directory, port);

    public int Port { get; }

    /// <param name="port">Reuse the port of a broker that was killed, to play its restart.</param>
    public static async Task<Mosquitto> StartAsync(int? port = null)
    {
        var directory = new TempDirectory();
        var chosen = port ?? FreePort.Next();
        await File.WriteAllTextAsync(directory["mosquitto.conf"], $"listener {chosen} 127.0.0.1\nallow_anonymous true\n");
        var process = RealProcess.Start("mosquitto", ["-v", "-c", directory["mosquitto.conf"]]);
        await process.LineAsync("running");
        return new(process, directory, chosen);
    }

    /// <summary>Runs <c>mosquitto_pub</c> against <paramref name="port"/> of 127.0.0.1.</summary>
    public static Task<(int ExitCode, string Output)> PublishAsync(int port, string topic, string message, params string[] more) =>
        RealProcess.RunAsync(
            "mosquitto_pub",
            ["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-t", topic, "-m", message, .. more]);

    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
