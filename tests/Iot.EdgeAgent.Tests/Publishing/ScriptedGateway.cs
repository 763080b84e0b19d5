using System.Buffers;
using System.Net;
using Iot.Testing;
using Iot.Wire;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Iot.EdgeAgent.Tests.Publishing;

/// <summary>A real MQTT server in this process whose answers a test decides.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly MqttServer _server;
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly Lock _gate = new();
    private readonly List<BatchIdentity> _taken = [];
    private readonly List<BatchIdentity> _seen = [];

    private ScriptedGateway(int port)
    {
        Port = port;
        _server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointPort(port).WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build());
        _server.InterceptingPublishAsync += AnswerAsync;
        _server.ClientConnectedAsync += _ =>
        {
            Connections++;
            return Task.CompletedTask;
        };
    }

    public int Port { get; }

    public int Connections { get; private set; }

    /// <summary>Given the batch and how many were seen before it.</summary>
    public Func<BatchIdentity, int, MqttPubAckReasonCode> Answer { get; set; } = (_, _) => MqttPubAckReasonCode.Success;

    /// <summary>Acknowledged, in the order of arrival.</summary>
    public IReadOnlyList<BatchIdentity> Taken
    {
        get
        {
            lock (_gate) return [.. _taken];
        }
    }

    public IReadOnlyList<BatchIdentity> Seen
    {
        get
        {
            lock (_gate) return [.. _seen];
        }
    }

    public static async Task<ScriptedGateway> StartAsync(int? port = null)
    {
        var gateway = new ScriptedGateway(port ?? FreePort.Next());
        await gateway._server.StartAsync();
        return gateway;
    }

    public async Task UntilAsync(Func<ScriptedGateway, bool> done, CancellationToken cancellation)
    {
        while (!done(this)) Assert.True(await _arrivals.WaitAsync(TimeSpan.FromSeconds(20), cancellation), "nothing more arrived for 20 s");
    }

    public async Task DisconnectAllAsync()
    {
        foreach (var client in await _server.GetClientsAsync()) await client.DisconnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
        _arrivals.Dispose();
    }

    private Task AnswerAsync(InterceptingPublishEventArgs e)
    {
        if (!Topics.TryParse(e.ApplicationMessage.Topic, out var device, out var kind) || kind != TopicKind.Telemetry) return Task.CompletedTask;

        var identity = Recorder.Decode(device, e.ApplicationMessage.Payload.ToArray()).Identity!.Value;
        lock (_gate)
        {
            var code = Answer(identity, _seen.Count);
            _seen.Add(identity);
            if (code == MqttPubAckReasonCode.Success) _taken.Add(identity);
            e.Response.ReasonCode = code;
        }

        e.ProcessPublish = false;
        _arrivals.Release();
        return Task.CompletedTask;
    }
}
