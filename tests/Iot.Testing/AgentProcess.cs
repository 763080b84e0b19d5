using System.Globalization;

namespace Iot.Testing;

/// <summary>A real edge agent with an outbox of its own that publishes to a port of 127.0.0.1.</summary>
public sealed class AgentProcess : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string[] _settings;
    private RealProcess? _process;

    /// <param name="settings">Further words of the command line.</param>
    public AgentProcess(string device, int mqttPort, params string[] settings)
    {
        Device = device;
        _settings =
        [
            "--Device:Id", device,
            "--Data:Path", _directory.Path,
            "--Gateway:Url", string.Create(CultureInfo.InvariantCulture, $"mqtt://127.0.0.1:{mqttPort}"),
            "--Gateway:MinBackoff", "00:00:00.100",
            "--Gateway:MaxBackoff", "00:00:01",
            .. settings,
        ];
    }

    public string Device { get; }

    public string DataPath => _directory.Path;

    /// <summary>The process of the last start.</summary>
    public RealProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    /// <summary>What its outbox holds; grows with each batch that is stored while no gateway answers.</summary>
    public long OutboxBytes() => new DirectoryInfo(_directory.Path).EnumerateFiles("*.segment", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>In force at the next start.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public void Start() => _process = RealProcess.Start(BuiltProgram.EdgeAgent, _settings, Environment);

    /// <summary>SIGTERM; the exit code. Longer than the 10 s that it may take is a <see cref="TimeoutException"/>.</summary>
    public Task<int> StopAsync() => Process.StopAsync(TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _directory.Dispose();
    }
}
