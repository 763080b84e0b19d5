using Iot.Wire;

namespace Iot.LoadTest;

internal enum PayloadKind
{
    Cbor,
    Json,
    Line,
}

internal enum SinkKind
{
    /// <summary>An HTTP endpoint in this process that counts lines and fields and keeps nothing.</summary>
    Counting,
    Embedded,
    VictoriaMetrics,
    Influxd,
}

/// <summary>What one run sends, how, and where it must end up.</summary>
internal sealed record LoadPlan
{
    public required string Name { get; init; }

    /// <summary>One device a connection: an anonymous client speaks for one device only.</summary>
    public int Connections { get; init; } = 50;

    /// <summary>Points (readings of one time) in a message.</summary>
    public int Points { get; init; } = 10;

    /// <summary>Fields of a point; a point becomes one line of line protocol.</summary>
    public int Fields { get; init; } = 10;

    /// <summary>What the names of fields begin with; a number follows.</summary>
    public string FieldName { get; init; } = "channel";

    public PayloadKind Payload { get; init; }

    public PayloadCompression Compression { get; init; }

    /// <summary>MQTT protocol level: 4 is 3.1.1, 5 is 5.</summary>
    public byte Protocol { get; init; } = 5;

    public byte Qos { get; init; } = 1;

    /// <summary>Unacknowledged publishes of a connection. 1–64, what the gateway announces.</summary>
    public int Window { get; init; } = 20;

    /// <summary>Readings a second of all devices together; 0: as fast as acknowledged.</summary>
    public int Rate { get; init; }

    public SinkKind Sink { get; init; }

    /// <summary>Pages of devices that are open meanwhile. 0–64, what the gateway allows.</summary>
    public int Viewers { get; init; }

    /// <summary>Not measured: the compiler and the caches settle.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    public int Readings => Points * Fields;

    /// <summary>The ready-made plans; anything in them can be changed by an option.</summary>
    public static IReadOnlyList<LoadPlan> Presets { get; } =
    [
        new() { Name = "batch100" },
        new() { Name = "batch10", Points = 1 },
        new() { Name = "json100", Payload = PayloadKind.Json },
        new() { Name = "zstd100", Compression = PayloadCompression.Zstd },
        new() { Name = "one-connection", Connections = 1 },
        new() { Name = "single", Points = 1, Fields = 1 },
        new() { Name = "line", Points = 100, Fields = 3, Payload = PayloadKind.Line },
        new() { Name = "steady", Connections = 100, Rate = 50_000 },
        new() { Name = "single-steady", Connections = 100, Points = 1, Fields = 1, Rate = 5_000 },
        new() { Name = "embedded", Sink = SinkKind.Embedded },
        new() { Name = "victoria-metrics", Sink = SinkKind.VictoriaMetrics },
        new() { Name = "influxd", Sink = SinkKind.Influxd },
    ];
}
