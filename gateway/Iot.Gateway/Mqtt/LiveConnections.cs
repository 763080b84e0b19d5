using System.Collections.Concurrent;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Mqtt;

/// <summary>The connections that were let in, by client id: who may take an id over, and whom to end when a device is shut out. Thread-safe.</summary>
internal sealed class LiveConnections
{
    private readonly ConcurrentDictionary<string, ClientConnection> _byClient = new(StringComparer.Ordinal);

    /// <summary>Let in under its client id from now on; MQTT ends the connection that had it.</summary>
    /// <param name="displaced">The one that had it; null when nobody had.</param>
    /// <returns>False: the id is in use by somebody else. A device may take over only itself; who proved nothing, only his like.</returns>
    public bool TryEnter(ClientConnection connection, out ClientConnection? displaced)
    {
        while (true)
        {
            displaced = null;
            var holder = _byClient.GetOrAdd(connection.Client, connection);
            if (ReferenceEquals(holder, connection)) return true;
            if (holder.Proof?.Device != connection.Proof?.Device) return false;

            displaced = holder;
            if (_byClient.TryUpdate(connection.Client, connection, holder)) return true;
        }
    }

    public void Leave(ClientConnection connection) => _byClient.TryRemove(KeyValuePair.Create(connection.Client, connection));

    /// <summary>Ends every connection that speaks for a device and does not hold any more.</summary>
    public void End(DeviceId device, DeviceIdentity identity)
    {
        foreach (var connection in _byClient.Values)
        {
            if (connection.Session?.Binding.Device == device && !Holds(connection, device, identity)) connection.End(Ending.ShutOut);
        }
    }

    /// <summary>What it showed lets it in still; one that showed nothing may speak for the device still.</summary>
    public static bool Holds(ClientConnection connection, DeviceId device, DeviceIdentity identity) => identity.Holds(connection.Proof ?? new DeviceProof(device, null, null));
}
