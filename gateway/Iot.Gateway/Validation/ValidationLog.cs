namespace Iot.Gateway.Validation;

/// <summary>All that validation says. Event ids 1300–1399.</summary>
internal static partial class ValidationLog
{
    [LoggerMessage(1300, LogLevel.Information, "{Count} schemas from {Path} are in force.")]
    public static partial void SchemasInForce(this ILogger logger, int count, string path);

    [LoggerMessage(1301, LogLevel.Error,
        "Schema {Problem} Correct it and save; until then all readings are judged by the schemas in force before.")]
    public static partial void SchemaBroken(this ILogger logger, string problem);

    [LoggerMessage(1302, LogLevel.Warning,
        "Neither {Path} nor its parent exists: schemas put there take effect after a restart; readings are judged by the type default.")]
    public static partial void SchemaFolderNotWatched(this ILogger logger, string path);

    [LoggerMessage(1303, LogLevel.Warning,
        "Device {Device} would open more series than Limits:SeriesPerDevice={PerDevice} or, with all others, Limits:Series={Most} allows: {Readings} readings of one message are dead letters, to be requeued once the limit is raised; its other series go on. {Suppressed} like it since the last such line.")]
    public static partial void TooManySeries(this ILogger logger, string device, int perDevice, int most, int readings, long suppressed);
}
