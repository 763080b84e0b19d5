using System.Net;
using System.Net.Sockets;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>What a service manager sees when it stops the gateway.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task A_drain_that_takes_seconds_because_a_sink_does_not_answer_still_ends_with_0()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0); // the kernel accepts, nobody answers
        silent.Start();
        await using var gateway = await GatewayProcess.StartAsync(
            "--Sinks:0", "Influx", "--Influx:Url", $"http://{silent.LocalEndpoint}", "--Influx:Api", "V1", "--Influx:Database", "iot");
        var (published, said) = await Mosquitto.PublishAsync(
            gateway.MqttPort, "v1/devices/pump-1/telemetry", "[{\"n\":\"pump/flow\",\"v\":1}]", "-q", "1");
        Assert.True(published == 0, said);
        using var request = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await gateway.StopAsync());
    }
}
