using System.Globalization;
using System.Net.Sockets;
using Iot.Wire;

namespace Iot.CrashTest.Devices;

/// <summary>A device with an outbox in memory: publishes at QoS 1 with a window, and sends again, same bytes, what was not acknowledged.</summary>
internal sealed class Device(string id, int number, int port, long firstNs)
{
    private const int Window = 16;
    private const int MostAtOnce = 4;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly SortedDictionary<ulong, byte[]> _unacknowledged = [];
    private readonly Lock _gate = new();
    private readonly int _protocol = number % 2 == 0 ? 5 : 4;
    private readonly string _topic = Topics.Telemetry(DeviceId.Parse(id));
    private ulong _next = 1;

    public string Id => id;

    public int Number => number;

    public long FirstNs => firstNs;

    public ulong Epoch { get; } = 0xC0A5_0000_0000_0001UL + (ulong)number;

    /// <summary>For messages about a device that does not finish.</summary>
    public override string ToString()
    {
        lock (_gate) return string.Create(CultureInfo.InvariantCulture, $"{id} (next seq {_next}, unacknowledged: {string.Join(' ', _unacknowledged.Keys)})");
    }

    /// <summary>Until <paramref name="stopping"/>, and then until all is acknowledged.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken givingUp)
    {
        while (!stopping.IsCancellationRequested || Unacknowledged() > 0)
        {
            try
            {
                await ServeAsync(stopping, givingUp);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                await Task.Delay(Pause, givingUp); // whoever listens was killed, or the link was cut: what is not acknowledged goes again
            }
        }
    }

    private async Task ServeAsync(CancellationToken stopping, CancellationToken givingUp)
    {
        using var connection = await DeviceConnection.OpenAsync(port, _protocol, id, givingUp);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(givingUp);
        var welcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiving = connection.ReceiveAsync(welcome.SetResult, (packet, taken) => Answered(packet, taken, done, stopping), over.Token);
        try
        {
            await await Task.WhenAny(welcome.Task, receiving);
            foreach (var packet in Repeated()) await connection.SendAsync(packet, givingUp);
            using var timer = new PeriodicTimer(Tick);
            while (!stopping.IsCancellationRequested && !receiving.IsCompleted)
            {
                foreach (var packet in New()) await connection.SendAsync(packet, givingUp);
                await timer.WaitForNextTickAsync(givingUp);
            }

            if (Unacknowledged() > 0) await await Task.WhenAny(receiving, done.Task);
        }
        finally
        {
            await over.CancelAsync();
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // judged above
        }
    }

    private void Answered(ushort packet, bool taken, TaskCompletionSource done, CancellationToken stopping)
    {
        if (!taken) throw new IOException("Refused: it goes again on a new connection.");

        lock (_gate)
        {
            foreach (var seq in _unacknowledged.Keys.Where(seq => PacketIdOf(seq) == packet).ToList()) _unacknowledged.Remove(seq);
        }

        if (stopping.IsCancellationRequested && Unacknowledged() == 0) done.TrySetResult();
    }

    private List<byte[]> Repeated()
    {
        lock (_gate) return [.. _unacknowledged.Select(batch => Publish(batch.Key, batch.Value, again: true))];
    }

    /// <summary>A burst, of a length that changes, as far as the window allows.</summary>
    private List<byte[]> New()
    {
        lock (_gate)
        {
            var packets = new List<byte[]>();
            for (var left = 1 + (int)(_next % MostAtOnce); left > 0 && _unacknowledged.Count < Window; left--)
            {
                _unacknowledged[_next] = DeviceBatch.Payload(this, _next);
                packets.Add(Publish(_next, _unacknowledged[_next], again: false));
                _next++;
            }

            return packets;
        }
    }

    private byte[] Publish(ulong seq, byte[] payload, bool again) => Recording.MqttPacket.WritePublish(_protocol, _topic, PacketIdOf(seq), again, payload);

    private int Unacknowledged()
    {
        lock (_gate) return _unacknowledged.Count;
    }

    private static ushort PacketIdOf(ulong seq) => (ushort)((seq % 60_000) + 1);
}
