using System.Net;
using System.Net.Sockets;
using Iot.EdgeAgent.Publishing;
using Iot.Wire;

namespace Iot.EdgeAgent.Tests.Publishing;

/// <summary>A gateway that is killed hangs up at any moment. Found by a campaign of crashes: the MQTT library can throw while it is disposed of.</summary>
public sealed class HangingUpTests : IDisposable
{
    private const int Connections = 20_000;
    /// <summary>Few, so that both sides of a connection run at one time; one in some thousands met the fault.</summary>
    private const int AtOnce = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task A_gateway_that_hangs_up_instead_of_an_answer_is_no_connection_and_nothing_worse()
    {
        _listener.Start();
        var hangingUp = HangUpAsync();
        var options = new GatewayOptions { Url = $"mqtt://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}" };

        await Parallel.ForAsync(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (_, cancellation) =>
        {
            try
            {
                using var connection = await GatewayConnection.OpenAsync(options, DeviceId.Parse("d"), "test", TimeProvider.System, identity: null, cancellation);
            }
            catch (GatewayException)
            {
                // what the publisher expects, and waits out
            }
        });

        _listener.Stop();
        await hangingUp;
    }

    public void Dispose() => _listener.Dispose();

    private async Task HangUpAsync()
    {
        try
        {
            while (true) _ = LetInAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the listener was stopped: the test is over
        }
    }

    private static async Task LetInAsync(Socket client)
    {
        using (client)
        {
            var buffer = new byte[1024];
            await client.ReceiveAsync(buffer);
            await client.SendAsync(new byte[] { 0x20, 3, 0, 0, 0 }); // CONNACK of MQTT 5
            await client.ReceiveAsync(buffer); // its birth message, which is not answered
        }
    }
}
