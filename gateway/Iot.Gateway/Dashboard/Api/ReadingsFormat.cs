namespace Iot.Gateway.Dashboard.Api;

/// <summary>How an answer of readings is written.</summary>
internal enum ReadingsFormat
{
    Json,
    Csv,

    /// <summary>A whole file or none: it has no place for a remark that there is more.</summary>
    Parquet,
}
