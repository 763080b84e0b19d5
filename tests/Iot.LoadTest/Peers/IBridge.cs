using Iot.LoadTest.Sinks;
using Iot.Testing;

namespace Iot.LoadTest.Peers;

/// <summary>The process that carries readings to the sink; it can be killed and started again where it left off.</summary>
internal interface IBridge : IAsyncDisposable
{
    int Id { get; }

    /// <summary>The first time, or again after <see cref="KillAsync"/>.</summary>
    Task StartAsync();

    /// <summary>kill -9.</summary>
    Task KillAsync();
}

internal sealed class GatewayBridge(string program, CountingSink sink) : IBridge
{
    private readonly GatewayProcess _gateway = GatewayProcess.NotStarted(program, [.. sink.Settings]);

    public int Id => _gateway.Process.Id;

    public int Port => _gateway.MqttPort;

    public Task StartAsync() => _gateway.StartAgainAsync();

    public Task KillAsync() => _gateway.KillAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}

/// <summary>Arguments and environment of a node program, for the port of its broker.</summary>
internal delegate (string[] Arguments, Dictionary<string, string> Environment) NodeProgram(int brokerPort);

/// <summary>It keeps nothing on disk: what survives it is its session in the broker.</summary>
internal sealed class NodeBridge(NodeProgram program, int brokerPort) : IBridge
{
    private RealProcess? _process;

    public int Id => _process!.Id;

    public async Task StartAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        var (arguments, environment) = program(brokerPort);
        _process = RealProcess.Start("node", arguments, environment);
    }

    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }
}
