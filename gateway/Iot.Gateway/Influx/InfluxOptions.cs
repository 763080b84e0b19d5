using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Influx;

/// <summary>Where and how readings are written to InfluxDB. Section <c>Influx</c>; read only when <c>Sinks</c> names it.</summary>
/// <remarks>Secrets may stand in files instead, or be systemd credentials: see <see cref="InfluxSecrets"/>.</remarks>
internal sealed record InfluxOptions : IValidatableObject
{
    public const string Section = "Influx";

    /// <summary>Server's address, such as <c>http://influx:8086/</c>; a path is kept. Required.</summary>
    [Required(ErrorMessage = "must be given, such as http://influx:8086/.")]
    public Uri? Url { get; init; }

    /// <summary><c>V1</c> writes to <c>/write</c>, <c>V2</c> to <c>/api/v2/write</c>. Default <c>V2</c>.</summary>
    [EnumDataType(typeof(InfluxApi))]
    public InfluxApi Api { get; init; } = InfluxApi.V2;

    /// <summary>Organisation, for V2. Default <c>default</c>; servers without organisations ignore it.</summary>
    public string Org { get; init; } = "default";

    /// <summary>Bucket, for V2. Required there.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>API token. Default none.</summary>
    public string Token { get; init; } = "";

    /// <summary>File that holds the token, read at start. Default none.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>Database, for V1. Required there.</summary>
    public string Database { get; init; } = "";

    /// <summary>Retention policy, for V1. Default: the database's default.</summary>
    public string RetentionPolicy { get; init; } = "";

    /// <summary>User, for V1. Default none.</summary>
    public string Username { get; init; } = "";

    /// <summary>Password of the user. Default none.</summary>
    public string Password { get; init; } = "";

    /// <summary>File that holds the password, read at start. Default none.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>Most lines in one request. 1–50,000; default 5,000.</summary>
    [Range(1, 50_000)]
    public int MaxBatchLines { get; init; } = 5_000;

    /// <summary>Most bytes in one request, before gzip; a longer single line goes alone. 1 KiB–24 MiB; default 4 MiB.</summary>
    [Range(1024, 24 * 1024 * 1024)]
    public int MaxBatchBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long a request that is not full waits for more. 0–10 s; default 100 ms.</summary>
    [Duration("00:00:00", "00:00:10")]
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Requests under way at once. 1–16; default 2.</summary>
    [Range(1, 16)]
    public int MaxInFlight { get; init; } = 2;

    /// <summary>Longest one request may take. 100 ms–5 min; default 10 s.</summary>
    [Duration("00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>Auto</c>, <c>On</c> or <c>Off</c>. Auto packs when the server is not on loopback. Default <c>Auto</c>.</summary>
    [EnumDataType(typeof(InfluxGzip))]
    public InfluxGzip Gzip { get; init; }

    /// <summary><c>InfluxQl</c> asks at <c>/query</c>, <c>Flux</c> at <c>/api/v2/query</c>; for charts and the API, when Influx is the first of <c>Sinks</c>. Default <c>InfluxQl</c>.</summary>
    [EnumDataType(typeof(InfluxLanguage))]
    public InfluxLanguage Query { get; init; }

    /// <summary>Longest one query may take, until its last row. 1 s–1 h; default 30 s.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan QueryTimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits between attempts.</summary>
    public InfluxRetryOptions Retry { get; init; } = new();

    /// <summary>When the circuit opens, and for how long.</summary>
    public InfluxCircuitOptions Circuit { get; init; } = new();

#if INFLUXDB_CLIENT
    /// <summary><c>Own</c>, or <c>Official</c>: InfluxDB.Client's <c>WriteApiAsync</c>, V2 only. Default <c>Own</c>.</summary>
    [EnumDataType(typeof(InfluxClient))]
    public InfluxClient Client { get; init; }
#endif

    /// <summary>The database that queries name: V1's own, or the bucket under the same name.</summary>
    public string QueryDatabase => Api == InfluxApi.V1 ? Database : Bucket;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not null && (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https")))
            yield return new($"Url = {Url}: must start with http:// or https://.");

        if (Api == InfluxApi.V1 && Database.Length == 0) yield return new("Database = (empty): must be given when Api is V1.");
        if (Api == InfluxApi.V2 && Bucket.Length == 0) yield return new("Bucket = (empty): must be given when Api is V2.");
        if (Token.Length > 0 && TokenFile.Length > 0) yield return new("Token and TokenFile are both given: keep one.");
        if (Password.Length > 0 && PasswordFile.Length > 0) yield return new("Password and PasswordFile are both given: keep one.");
        if (Username.Length == 0 && (Password.Length > 0 || PasswordFile.Length > 0))
            yield return new("Username = (empty): must be given beside a password.");

        foreach (var problem in Retry.Problems().Concat(Circuit.Problems(this))) yield return new(problem);

#if INFLUXDB_CLIENT
        if (Client == InfluxClient.Official && Api != InfluxApi.V2) yield return new("Client = Official: writes by V2 only; set Api to V2.");
#endif
    }
}

/// <summary>Which write API the server speaks.</summary>
internal enum InfluxApi
{
    /// <summary>InfluxDB 1.x: <c>/write?db=</c>.</summary>
    V1,

    /// <summary>InfluxDB 2, 3, 1.8 and newer, VictoriaMetrics: <c>/api/v2/write</c>.</summary>
    V2,
}

/// <summary>What InfluxDB is asked in.</summary>
internal enum InfluxLanguage
{
    /// <summary>InfluxDB 1, 3, and 2 where the bucket is mapped to a database, as 2 does by itself for a bucket of that name.</summary>
    InfluxQl,

    /// <summary>InfluxDB 2; not 3, and 1.8 only where it is switched on.</summary>
    Flux,
}

/// <summary>Whether request bodies are packed.</summary>
internal enum InfluxGzip
{
    Auto,
    On,
    Off,
}

#if INFLUXDB_CLIENT
/// <summary>Which client sends the bodies.</summary>
internal enum InfluxClient
{
    Own,
    Official,
}
#endif
