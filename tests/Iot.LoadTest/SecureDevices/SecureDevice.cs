using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Iot.LoadTest.Devices;

namespace Iot.LoadTest.SecureDevices;

/// <summary>A device with a certificate that publishes on and on. When its connection ends it connects again and sends again what has no answer.</summary>
internal sealed class SecureDevice(SecureFleet fleet, Device device, DeviceIdentity identity) : IDisposable
{
    private long _lostAt;
    private int _connections;
    private volatile Socket? _socket;

    public string Id => device.Id.Value;

    public DeviceIdentity Identity => identity;

    /// <summary>Messages that the gateway promised to keep: 1, 2, 3 … up to this one.</summary>
    public long Acknowledged => device.Answered;

    /// <summary>How often it was let in.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Is let in and has not noticed an end.</summary>
    public bool IsOn { get; private set; }

    /// <summary>When its last connection ended; a <see cref="Stopwatch"/> timestamp.</summary>
    public long LostAt => Volatile.Read(ref _lostAt);

    /// <summary>Messages sent more than once.</summary>
    public long Resent { get; private set; }

    /// <summary>Until <paramref name="stopping"/>, and then until all that was sent is acknowledged.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var pause = new PeriodicTimer(fleet.Pause);
        while (true)
        {
            try
            {
                await ConnectAsync();
                await PublishAsync(stopping);
                return;
            }
            catch (AuthenticationException e)
            {
                fleet.Distrusted(Id, e);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                if (IsOn) Volatile.Write(ref _lostAt, Stopwatch.GetTimestamp());
            }

            IsOn = false;
            Resent += device.InFlight;
            await device.HangUpAsync();
            await pause.WaitForNextTickAsync(CancellationToken.None); // what has no answer yet is to be sent whatever happens
        }
    }

    /// <summary>Its connection ends without a word to the gateway.</summary>
    public void Drop() => _socket?.Close();

    public void Dispose() => identity.Dispose();

    private async Task ConnectAsync()
    {
        await fleet.Door.WaitAsync();
        try
        {
            var started = Stopwatch.GetTimestamp();
            await device.ConnectAsync(await OpenAsync());
            fleet.Handshakes.Record(Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            fleet.Door.Release();
        }

        if (LostAt > 0) fleet.Away.Record(Stopwatch.GetElapsedTime(LostAt));
        IsOn = true;
        Interlocked.Increment(ref _connections);
    }

    private async Task<SslStream> OpenAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, fleet.Port);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsClientAsync(identity.Tls());
            _socket = socket;
            return tls;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task PublishAsync(CancellationToken stopping)
    {
        var receiving = ReceiveAsync(stopping);
        try
        {
            while (!stopping.IsCancellationRequested && !receiving.IsCompleted)
            {
                if (!fleet.IsQuiet && device.InFlight < fleet.Plan.Window) await device.SendAsync(1);
                await Task.WhenAny(receiving, Task.Delay(fleet.Period, stopping));
            }

            if (!receiving.IsCompleted) await device.SendAsync(1); // its answer ends the receiving
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Drop(); // the receiving says why
        }

        await receiving;
        while (device.InFlight > 0) await device.ReceiveAsync();
    }

    private async Task ReceiveAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested || device.InFlight > 0) await device.ReceiveAsync();
    }
}
