using System.Text;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>What one device type sends: measurement, tags, metrics, and how far its clock may be off. Immutable.</summary>
internal sealed class DeviceSchema
{
    public const int MaxMeasurementBytes = 255;
    public const int MaxTagBytes = ushort.MaxValue;

    /// <summary>The type's name, unique among the schemas.</summary>
    public required string Type { get; init; }

    /// <summary><c>type@version</c>, ASCII; the version changes with every byte of its file. The built-in one has none.</summary>
    public byte[] Version { get; init; } = [];

    /// <summary>Absolute path of the file it is from; null for the built-in one.</summary>
    public string? File { get; init; }

    /// <summary>Patterns of device ids; see <see cref="DevicePattern"/>.</summary>
    public IReadOnlyList<DevicePattern> Devices { get; init; } = [];

    /// <summary>Measurement of readings that name none: UTF-8, 1–255 bytes, not escaped.</summary>
    public required byte[] Measurement { get; init; }

    /// <summary>Tags besides <c>device</c>, <c>key=value,key=value</c>: sorted, escaped for line protocol, at most 65,535 bytes.</summary>
    public byte[] Tags { get; init; } = [];

    public UnknownMetrics Unknown { get; init; }

    public TimeSpan MaxClockLead { get; init; }

    public TimeSpan MaxAge { get; init; }

    /// <summary>Readings of raw bytes are taken even where no metric of kind <c>data</c> is named.</summary>
    public bool AllowData { get; init; }

    public IReadOnlyList<MetricRule> Metrics
    {
        get;
        init
        {
            field = value;
            _table = new(value);
        }
    } = [];

    private readonly MetricTable _table = new([]);

    /// <summary>The type of devices that no schema file claims.</summary>
    public static DeviceSchema Default(ValidationOptions options) => new()
    {
        Type = SchemaSet.DefaultType,
        Version = Encoding.ASCII.GetBytes(SchemaSet.DefaultType),
        Measurement = Encoding.UTF8.GetBytes(options.Measurement),
        Unknown = options.Unknown,
        MaxClockLead = options.MaxClockLead,
        MaxAge = options.MaxAge,
        AllowData = options.AllowData,
    };

    /// <summary>The rule of a reading's metric; null when the schema does not name it.</summary>
    public MetricRule? RuleOf(ReadingBatch batch, in Reading reading)
    {
        var measurement = batch.Utf8(reading.Measurement);
        if (measurement.SequenceEqual(Measurement)) measurement = default; // the default one, said aloud

        return _table.TryFind(measurement, batch.Utf8(reading.Field), out var rule) ? rule : null;
    }
}
