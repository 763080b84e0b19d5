using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>What the registry says of each of its devices, for those who list them: in memory, about 250 bytes a device. Thread-safe.</summary>
/// <remarks>Reading the registry's file for a list would hold up those who enroll.</remarks>
internal sealed class DeviceDirectory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceId, DirectoryEntry> _entries = [];
    private DirectoryEntry[]? _sorted;

    /// <summary>Ordered by id; the very same list as long as nothing changes.</summary>
    public IReadOnlyList<DirectoryEntry> All
    {
        get
        {
            lock (_lock) return _sorted ??= [.. _entries.Values.OrderBy(entry => entry.Device)];
        }
    }

    /// <summary>What the registry now says of a device; null when it was removed.</summary>
    internal void Set(DeviceId device, RegisteredDevice? said)
    {
        lock (_lock)
        {
            _sorted = null;
            if (said is null) _entries.Remove(device);
            else _entries[device] = new(device, said.Description.Type, said.Description.Site, said.State, said.TokenUntil);
        }
    }
}

/// <param name="Type">Empty when nobody said, as is <paramref name="Site"/>.</param>
/// <param name="TokenUntil">End of a token that was not used yet; null without one.</param>
internal sealed record DirectoryEntry(DeviceId Device, string Type, string Site, EnrollmentState State, DateTimeOffset? TokenUntil);
