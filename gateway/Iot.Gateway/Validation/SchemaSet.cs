using System.Collections.Concurrent;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>All schemas in force at one time. Immutable but for its memory of which device has which; thread-safe.</summary>
internal sealed class SchemaSet
{
    /// <summary>The type of devices that no other claims.</summary>
    public const string DefaultType = "default";

    /// <summary>Devices whose type is remembered, about 10 MB; beyond, all are forgotten and looked up again.</summary>
    private const int MaxRemembered = 100_000;

    private readonly ConcurrentDictionary<DeviceId, DeviceSchema> _byDevice = new();
    private readonly (DevicePattern Pattern, DeviceSchema Schema)[] _bySpecificity;
    private int _remembered;

    /// <param name="schemas">No type and no pattern twice.</param>
    /// <param name="builtIn">Used when none of them is of type <c>default</c>.</param>
    public SchemaSet(IReadOnlyList<DeviceSchema> schemas, DeviceSchema builtIn)
    {
        All = schemas;
        Default = schemas.FirstOrDefault(schema => schema.Type.Equals(DefaultType, StringComparison.Ordinal)) ?? builtIn;
        _bySpecificity = [.. schemas
            .SelectMany(schema => schema.Devices.Select(pattern => (pattern, schema)))
            .OrderBy(pair => pair.pattern, DevicePattern.BySpecificity)];
    }

    /// <summary>Those from files, ordered by file.</summary>
    public IReadOnlyList<DeviceSchema> All { get; }

    public DeviceSchema Default { get; }

    public DeviceSchema For(DeviceId device) => _byDevice.TryGetValue(device, out var schema) ? schema : Find(device);

    private DeviceSchema Find(DeviceId device)
    {
        if (Interlocked.Increment(ref _remembered) > MaxRemembered)
        {
            _byDevice.Clear();
            Volatile.Write(ref _remembered, 0);
        }

        foreach (var (pattern, schema) in _bySpecificity)
            if (pattern.Matches(device)) return _byDevice[device] = schema;

        return _byDevice[device] = Default;
    }
}
