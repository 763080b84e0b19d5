using System.Net;
using Iot.Wire;
using Microsoft.AspNetCore.Connections;

namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>One connection's place: what it counts for, and how fast it may send.</summary>
/// <remarks>Belongs to the connection's reader, save for <see cref="GiveWay"/>.</remarks>
internal sealed class Place : IDisposable
{
    private readonly Doorkeeper _door;
    private readonly ConnectionContext _connection;
    private volatile ClientConnection? _client;
    private Quota? _device;
    private bool _admitted, _enteredAddress, _enteredDevice;
    private long _now;

    /// <param name="arrival">Lower for those who came before.</param>
    /// <param name="address">Held for it; null when no limit per address holds.</param>
    public Place(Doorkeeper door, ConnectionContext connection, long arrival, Quota? address)
    {
        (_door, _connection, Arrival, Address) = (door, connection, arrival, address);
        _now = door.Clock.GetTimestamp();
        CameTooFast = address?.TryConnect(_now) == false;
    }

    public long Arrival { get; }

    /// <summary>Its address has had its connections of this second.</summary>
    public bool CameTooFast { get; }

    public Quota? Address { get; }

    public EndPoint? Remote => _connection.RemoteEndPoint;

    public string ClientName => _client?.Client ?? ClientConnection.NoClient;

    /// <summary>From now on MQTT is spoken on it.</summary>
    public void Serve(ClientConnection client) => _client = client;

    /// <summary>All of its CONNECT is here, and its password waits for its turn: those who come later must not displace it.</summary>
    public void AwaitTurn() => _door.LeaveUnfinished(this);

    /// <summary>It has finished its CONNECT, and is let in unless there is a reason not to.</summary>
    public MqttRefusal? WhyNotAdmitted()
    {
        if (CameTooFast) return MqttRefusal.ConnectRateOfAddress;
        if (Address is not null && !(_enteredAddress = _door.Addresses.TryEnter(Address))) return MqttRefusal.TooManyOfAddress;
        if (!(_admitted = _door.TryAdmit())) return MqttRefusal.TooManyConnections;

        if (_enteredDevice) _door.LeaveUnfinished(this); // its last will has named it
        else _door.BecomesNameless(this);
        return null;
    }

    /// <summary>It speaks for this device, unless there is a reason not to. Once at most with success.</summary>
    public MqttRefusal? WhyNotFor(DeviceId device)
    {
        var quota = _door.Devices.Hold(device);
        var why = !quota.TryConnect(_door.Clock.GetTimestamp()) ? MqttRefusal.ConnectRateOfDevice
            : !(_enteredDevice = _door.Devices.TryEnter(quota)) ? MqttRefusal.TooManyOfDevice
            : (MqttRefusal?)null;
        if (why is not null)
        {
            _door.Devices.Release(quota, entered: false);
            return why;
        }

        _device = quota;
        _door.LeaveNameless(this);
        return null;
    }

    /// <summary>A PUBLISH is being taken.</summary>
    public void Message(int bytes)
    {
        _now = _door.Clock.GetTimestamp();
        _device?.Pace.Message(bytes, _now);
        Address?.Pace.Message(bytes, _now);
    }

    /// <summary>So many readings are in it.</summary>
    public void Readings(int count)
    {
        _device?.Pace.Readings(count, _now);
        Address?.Pace.Readings(count, _now);
    }

    /// <summary>It cannot be read, or may not be published.</summary>
    public void Refused()
    {
        _device?.Pace.Refused(_now);
        Address?.Pace.Refused(_now);
    }

    /// <summary>How long nothing more should be read from it; zero for a client that keeps to its rates. Cheap when the last message left no debt.</summary>
    public TimeSpan Debt()
    {
        if (DebtAt(_now) <= 0) return TimeSpan.Zero;

        _now = _door.Clock.GetTimestamp();
        var left = DebtAt(_now);
        return left <= 0 ? TimeSpan.Zero : _door.Clock.GetElapsedTime(0, left);
    }

    /// <summary>Somebody else needs its place. Thread-safe.</summary>
    public void GiveWay()
    {
        if (_client is { } client) client.End(Ending.GiveWay);
        else _connection.Abort();
    }

    public void Dispose()
    {
        _door.LeaveUnfinished(this);
        _door.LeaveNameless(this);
        if (_admitted) _door.Depart();
        if (Address is not null) _door.Addresses.Release(Address, _enteredAddress);
        if (_device is not null) _door.Devices.Release(_device, _enteredDevice);
    }

    private long DebtAt(long now) => Math.Max(_device?.Pace.DebtAt(now) ?? 0, Address?.Pace.DebtAt(now) ?? 0);
}
