using System.Text.Json.Serialization;
using Iot.Gateway.Ledger;

namespace Iot.Gateway.Dashboard;

/// <summary>How a device seems to be, from its last will and from when it was last heard.</summary>
internal enum DeviceState
{
    /// <summary>Heard within five minutes, and did not say good-bye since.</summary>
    [JsonStringEnumMemberName("online")] Online,

    /// <summary>Its birth or last will says so.</summary>
    [JsonStringEnumMemberName("offline")] Offline,

    /// <summary>Not heard for five minutes, though it never said good-bye.</summary>
    [JsonStringEnumMemberName("silent")] Silent,

    /// <summary>Registered, and no message of it has come. Only where registered devices are listed.</summary>
    [JsonStringEnumMemberName("never_spoke")] NeverSpoke,

    /// <summary>Shut out by a person. Only where registered devices are listed.</summary>
    [JsonStringEnumMemberName("disabled")] Disabled,
}

internal static class DeviceStates
{
    private static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(5);

    public static DeviceState Of(DeviceBooks books, DevicePresence? presence, DateTimeOffset now)
    {
        var seen = DateTimeOffset.UnixEpoch.AddTicks(books.LastSeenNs / 100);
        return presence is { Online: false } && presence.At >= seen ? DeviceState.Offline
            : now - seen > SilentAfter ? DeviceState.Silent
            : DeviceState.Online;
    }
}
