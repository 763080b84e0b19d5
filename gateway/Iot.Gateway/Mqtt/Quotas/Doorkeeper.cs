using System.Net;
using Iot.Wire;
using Microsoft.AspNetCore.Connections;

namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>Gives each connection its place, from the socket on, and sees to it that nobody takes those of others. Thread-safe.</summary>
/// <remarks>
/// <code>
/// socket ─► unfinished (few places, the oldest gives way) ─► CONNECT ─► nameless (the same) ─► names its device ─► counted for the device
/// </code>
/// What cannot be told over MQTT yet is told with the CONNACK: a connection that is one too many is read until its CONNECT.
/// </remarks>
internal sealed class Doorkeeper(LimitsOptions limits, RefusalReport refusals, TimeProvider clock)
{
    private readonly IReadOnlyList<IPNetwork> _trusted = limits.TrustedNetworks;
    private readonly OldestFirst _unfinished = new(limits.UnfinishedConnections);
    private readonly OldestFirst _nameless = new(limits.NamelessConnections);
    private long _arrivals;
    private int _admitted;

    public TimeProvider Clock => clock;

    public QuotaTable<IPAddress> Addresses { get; } = new(QuotaLimits.OfAddress(limits), clock);

    /// <summary>Connections that have a place and have not finished their CONNECT.</summary>
    public int Unfinished => _unfinished.Count;

    public QuotaTable<DeviceId> Devices { get; } = new(QuotaLimits.OfDevice(limits), clock);

    /// <summary>Before TLS and everything else: even a handshake that never ends has a place, and can lose it.</summary>
    /// <param name="next">What comes of it.</param>
    /// <param name="handshakes">With TLS: a handshake costs more than a hint with its reason is worth, so who comes too fast gets none.</param>
    public ConnectionDelegate Guard(ConnectionDelegate next, bool handshakes) => async connection =>
    {
        using var place = Arrive(connection);
        if (handshakes && place.CameTooFast)
        {
            refusals.Disconnected(ClientConnection.NoClient, place.Remote, MqttRefusal.ConnectRateOfAddress);
            connection.Abort();
            return;
        }

        connection.Features.Set(place);
        await next(connection);
    };

    public bool TryAdmit()
    {
        if (Interlocked.Increment(ref _admitted) <= limits.Connections) return true;

        Interlocked.Decrement(ref _admitted);
        return false;
    }

    public void Depart() => Interlocked.Decrement(ref _admitted);

    /// <summary>It has finished its CONNECT.</summary>
    public void BecomesNameless(Place place)
    {
        LeaveUnfinished(place);
        GiveWay(_nameless.Add(place), MqttRefusal.TooManyNameless);
    }

    public void LeaveUnfinished(Place place)
    {
        _unfinished.Remove(place);
        place.Address?.Unfinished.Remove(place);
    }

    public void LeaveNameless(Place place) => _nameless.Remove(place);

    private Place Arrive(ConnectionContext connection)
    {
        var address = RemoteAddress.CountedFor(connection.RemoteEndPoint, _trusted);
        var place = new Place(this, connection, Interlocked.Increment(ref _arrivals), address is null ? null : Addresses.Hold(address));
        GiveWay(place.Address?.Unfinished.Add(place), MqttRefusal.TooManyUnfinished);
        GiveWay(_unfinished.Add(place), MqttRefusal.TooManyUnfinished);
        return place;
    }

    private void GiveWay(Place? oldest, MqttRefusal why)
    {
        if (oldest is null) return;

        refusals.Disconnected(oldest.ClientName, oldest.Remote, why);
        oldest.GiveWay();
    }
}
