using Microsoft.AspNetCore.Connections;
using MQTTnet.Packets;

namespace Iot.Gateway.Mqtt;

/// <summary>How a connection ends, and how it is held up.</summary>
internal sealed partial class ClientConnection
{
    /// <summary>A client that is slowed is alive all the same: MQTTnet is told so often.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Ends the connection from outside its reader, by force when the client does not read. The first call counts. Thread-safe.</summary>
    public void End(Ending how)
    {
        if (Interlocked.CompareExchange(ref _ending, how, Ending.None) != Ending.None) return;

        _cutOff = _services.Clock.CreateTimer(
            static connection => ((ConnectionContext)connection!).Abort(), _connection, _services.Options.CutOff, Timeout.InfiniteTimeSpan);
        Session?.Window.Wake();
        _ended.TrySetResult();
        _reader.Interrupt();
    }

    /// <summary>Sends faster than it may: it is not read from until that is made up for, and then TCP tells it to wait.</summary>
    private async Task<MqttPacket?> PauseAsync(TimeSpan debt, CancellationToken cancellation)
    {
        _services.Refusals.Slowed(Client, RemoteEndPoint);
        await _ended.Task.WaitAsync(debt < LongestPause ? debt : LongestPause, _services.Clock, cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the time is up, which it says by throwing
        return Harmless;
    }

    private void NotStored(Ending ending, Exception? cause)
    {
        if (ending == Ending.Full) _services.Refusals.Full(Client);
        else _services.Refusals.NotStored(Client, cause);

        End(ending);
    }

    private async Task<MqttPacket?> EndAsync(CancellationToken cancellation)
    {
        switch (_ending)
        {
            case Ending.Full:
                await Task.Delay(_services.Options.FullPause, _services.Clock, cancellation);
                return null;
            case Ending.Drain:
                if (Session is not null && !await Session.Window.DrainAsync(_services.Options.DrainTimeout, _services.Clock, cancellation))
                    _services.Logger.DrainGaveUp(Client, _services.Options.DrainTimeout);
                return await DisconnectClientAsync(MqttReason.ServerShuttingDown, cancellation);
            case Ending.GiveWay:
                return await DisconnectClientAsync(MqttReason.QuotaExceeded, cancellation);
            case Ending.ShutOut:
                return await RefuseAsync(MqttRefusal.ShutOut, cancellation);
            case Ending.NotAcknowledging:
                return await RefuseAsync(MqttRefusal.NotAcknowledging, cancellation);
            default:
                return await DisconnectClientAsync(MqttReason.UnspecifiedError, cancellation);
        }
    }

    private Task<MqttPacket?> RefuseAsync(MqttRefusal refusal, CancellationToken cancellation)
    {
        _services.Refusals.Disconnected(Client, RemoteEndPoint, refusal);
        return DisconnectClientAsync(MqttReason.For(refusal), cancellation);
    }

    /// <summary>Tells an MQTT 5 client why; the others see their connection end.</summary>
    private async Task<MqttPacket?> DisconnectClientAsync(byte reason, CancellationToken cancellation)
    {
        if (_accepted && IsVersion5) await _writer.WriteAsync(new byte[] { 0xE0, 1, reason }, cancellation);
        return null;
    }
}
