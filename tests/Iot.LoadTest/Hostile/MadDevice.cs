using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Iot.LoadTest.Devices;
using Iot.LoadTest.SecureDevices;

namespace Iot.LoadTest.Hostile;

/// <summary>An enrolled device gone mad: it publishes as fast as it is read, connects again when it is thrown out, and never looks at an answer.</summary>
internal sealed class MadDevice(string device, DeviceIdentity identity, int port, Func<int, string> payload)
{
    /// <summary>3.1.1 knows no Receive Maximum: nothing but the gateway's patience ends it.</summary>
    private static readonly LoadPlan Plan = new() { Name = "mad", Protocol = 4 };

    public int Sent { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var hangUp = stopping.Register(socket.Dispose);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, stopping);
                await using var tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsClientAsync(identity.Tls(), stopping);
                await PublishAsync(tls, stopping);
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or ObjectDisposedException or OperationCanceledException)
            {
                // thrown out, or at the end
            }
        }
    }

    private async Task PublishAsync(SslStream tls, CancellationToken stopping)
    {
        await tls.WriteAsync(MqttPackets.Connect(4, device), stopping);
        var draining = tls.CopyToAsync(Stream.Null, stopping);
        var topic = Encoding.ASCII.GetBytes($"v1/devices/{device}/telemetry");
        var packet = new System.Buffers.ArrayBufferWriter<byte>();
        while (!draining.IsCompleted)
        {
            packet.ResetWrittenCount();
            MqttPackets.Publish(packet, Plan, topic, (ushort)((Sent % 60_000) + 1), Encoding.UTF8.GetBytes(payload(Sent)));
            await tls.WriteAsync(packet.WrittenMemory, stopping);
            Sent++;
        }
    }
}
