using System.ComponentModel.DataAnnotations;
using System.Text;
using Iot.Configuration;

namespace Iot.Gateway.Validation;

/// <summary>Where the schema files lie. Section <c>Schemas</c>.</summary>
internal sealed record SchemasOptions
{
    public const string Section = "Schemas";

    /// <summary>Folder of <c>*.json</c>, one a device type; SCHEMAS.md says what stands in them. Default <c>schemas/</c>; need not exist.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Path { get; init; } = "schemas/";
}

/// <summary>What becomes of a metric that the device's schema does not name.</summary>
internal enum UnknownMetrics
{
    Accept,
    Reject,
}

/// <summary>The device type <c>default</c>, and what a schema file means where it is silent. Section <c>Validation</c>.</summary>
internal sealed record ValidationOptions : IValidatableObject
{
    public const string Section = "Validation";

    /// <summary>Measurement of readings that name none. 1–255 bytes of UTF-8; default <c>telemetry</c>.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Measurement { get; init; } = "telemetry";

    /// <summary><c>Accept</c> or <c>Reject</c> metrics that no schema names; default <c>Accept</c>.</summary>
    public UnknownMetrics Unknown { get; init; } = UnknownMetrics.Accept;

    /// <summary>How far a reading's time may lie ahead of its receipt. 0–365 days; default 10 min.</summary>
    [Duration("00:00:00", "365.00:00:00")]
    public TimeSpan MaxClockLead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far a reading's time may lie behind its receipt. 1 s–36,500 days; default 3,650 days.</summary>
    [Duration("00:00:01", "36500.00:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>Whether readings that are raw bytes (SenML <c>vd</c>) are taken. Default false.</summary>
    public bool AllowData { get; init; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Encoding.UTF8.GetByteCount(Measurement) > DeviceSchema.MaxMeasurementBytes || Measurement.Any(char.IsControl))
            yield return new($"Measurement must be 1 to {DeviceSchema.MaxMeasurementBytes} bytes without control characters.");
    }
}
