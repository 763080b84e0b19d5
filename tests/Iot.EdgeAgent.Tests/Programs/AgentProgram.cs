using System.Globalization;
using System.Text.Json;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>The real program as the build made it, with data of its own and ten fast simulated sensors.</summary>
internal sealed class AgentProgram(int port) : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private RealProcess? _process;

    public static string Path { get; } = BuiltProgram.EdgeAgent;

    public RealProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    public void Start(params string[] more) => _process = RealProcess.Start(Path, [.. Settings(), .. more]);

    public Task<(int ExitCode, string Output)> StatusAsync() =>
        RealProcess.RunAsync(Path, ["status", "--json", "--Data:Path", _directory.Path]);

    public Task<(int ExitCode, string Output)> StatusTextAsync() => RealProcess.RunAsync(Path, ["status", "--Data:Path", _directory.Path]);

    /// <summary>Batches that wait in the outbox, all devices together; from the state that a stopped agent leaves.</summary>
    public async Task<int> WaitingAsync()
    {
        using var status = JsonDocument.Parse(await File.ReadAllTextAsync(_directory["status.json"]));
        return status.RootElement.GetProperty("devices").EnumerateArray().Sum(device => device.GetProperty("waiting").GetInt32());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _directory.Dispose();
    }

    private IEnumerable<string> Settings()
    {
        yield return "--Device:Id";
        yield return "bench-1";
        yield return "--Data:Path";
        yield return _directory.Path;
        yield return "--Gateway:Url";
        yield return string.Create(CultureInfo.InvariantCulture, $"mqtt://127.0.0.1:{port}");
        yield return "--Gateway:MinBackoff=00:00:00.050";
        yield return "--Gateway:MaxBackoff=00:00:00.500";
        yield return "--Batching:MaxAge=00:00:00.020";
        yield return "--Time:TrustClock=true"; // the gateway of these tests tells no time
        for (var i = 0; i < 10; i++)
        {
            yield return $"--Sensors:s{i}:Kind=Simulated";
            yield return $"--Sensors:s{i}:Interval=00:00:00.100";
        }
    }
}
