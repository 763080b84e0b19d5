using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>Reads one schema file. SCHEMAS.md says what stands in it; change both together.</summary>
internal sealed class SchemaFile(string file, ValidationOptions defaults, List<SchemaProblem> problems)
{
    /// <summary>A schema of a thousand metrics has some 100 KB.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private const int VersionDigits = 8;

    private static readonly string[] Keys =
        ["type", "devices", "measurement", "tags", "unknown", "maxClockLead", "maxAge", "allowData", "metrics"];

    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly List<MetricRule> _metrics = [];
    private string? _type;
    private string _measurement = defaults.Measurement;
    private List<DevicePattern> _devices = [];
    private UnknownMetrics _unknown = defaults.Unknown;
    private TimeSpan _maxClockLead = defaults.MaxClockLead;
    private TimeSpan _maxAge = defaults.MaxAge;
    private bool _allowData = defaults.AllowData;

    /// <summary>Null with at least one more problem when it cannot be used.</summary>
    public static DeviceSchema? Read(string path, ValidationOptions defaults, List<SchemaProblem> problems)
    {
        var before = problems.Count;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                problems.Add(new(path, 0, "", $"larger than {MaxBytes} bytes; a schema holds names and limits only."));
                return null;
            }

            var schema = new SchemaFile(path, defaults, problems).Parse(File.ReadAllBytes(path));
            return problems.Count == before ? schema : null;
        }
        catch (JsonException broken)
        {
            problems.Add(new(path, (int)(broken.LineNumber ?? 0) + 1, "", $"not JSON: {broken.Message}"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, 0, "", $"cannot be read: {unreadable.Message} Check that it exists and that the gateway may read it."));
        }

        return null;
    }

    private DeviceSchema? Parse(byte[] bytes)
    {
        var json = new SchemaJson(bytes, file, problems);
        if (!json.TryBeginFile()) return null;

        HashSet<string> seen = new(StringComparer.Ordinal);
        while (json.NextKey(seen, out var key))
        {
            ReadKey(ref json, key);
            json.EndKey();
        }

        json.EndFile();
        Demand(_type is not null, "type", "missing; add \"type\": \"…\", the name of this device type.");
        Demand(_devices.Count > 0 || _type is null or SchemaSet.DefaultType, "devices", "missing; add \"devices\": [ \"pump-*\" ], the ids this type is for.");
        DemandDistinctMetrics();
        return _type is null ? null : ToSchema(bytes);
    }

    private void DemandDistinctMetrics()
    {
        var measurement = Encoding.UTF8.GetBytes(_measurement);
        foreach (var rule in _metrics.Where(rule => rule.Measurement.AsSpan().SequenceEqual(measurement)))
        {
            var field = Encoding.UTF8.GetString(rule.Field);
            var alone = _metrics.Exists(other => other.Measurement.Length == 0 && other.Field.AsSpan().SequenceEqual(rule.Field));
            Demand(!alone, "metrics", $"{_measurement}/{field} and {field} are the same metric; remove one.");
        }
    }

    private void ReadKey(ref SchemaJson json, string key)
    {
        switch (key)
        {
            case "type": _type = Checked(ref json, text => DeviceId.TryParse(text, out _), "1 to 64 of A-Z a-z 0-9 . _ -") ?? _type; break;
            case "devices": ReadDevices(ref json); break;
            case "measurement": _measurement = Checked(ref json, IsMeasurement, "1 to 255 bytes without control characters") ?? _measurement; break;
            case "tags": ReadTags(ref json); break;
            case "unknown": _unknown = json.Choice("accept", "reject") is "reject" ? UnknownMetrics.Reject : UnknownMetrics.Accept; break;
            case "maxClockLead": _maxClockLead = json.Duration(TimeSpan.Zero, TimeSpan.FromDays(365)) ?? _maxClockLead; break;
            case "maxAge": _maxAge = json.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(36_500)) ?? _maxAge; break;
            case "allowData": _allowData = json.Flag() ?? _allowData; break;
            case "metrics": ReadMetrics(ref json); break;
            default: json.Unknown(key, Keys); break;
        }
    }

    private void ReadDevices(ref SchemaJson json)
    {
        foreach (var text in json.Texts())
        {
            if (DevicePattern.IsValid(text)) _devices.Add(new(text));
            else json.Problem($"'{text}' matches no device id; use letters, digits, . _ - and * or ?, at most {DeviceId.MaxLength}.");
        }

        _devices = [.. _devices.Distinct()];
    }

    private void ReadTags(ref SchemaJson json)
    {
        if (!json.TryBeginObject()) return;

        HashSet<string> seen = new(StringComparer.Ordinal);
        while (json.NextKey(seen, out var key))
        {
            if (SchemaTags.WhyNotKey(key) is { } why) json.Problem(why);
            if (Checked(ref json, SchemaTags.IsValue, "a text that is not empty, without control characters and without \\ at its end") is { } value)
                _tags[key] = value;
            json.EndKey();
        }

        if (SchemaTags.Escaped(_tags).Length > DeviceSchema.MaxTagBytes) json.Problem($"all tags together exceed {DeviceSchema.MaxTagBytes} bytes; shorten them.");
    }

    private void ReadMetrics(ref SchemaJson json)
    {
        if (!json.TryBeginObject()) return;

        HashSet<string> seen = new(StringComparer.Ordinal);
        while (json.NextKey(seen, out var key))
        {
            if (SchemaMetric.Read(ref json, key) is { } rule) _metrics.Add(rule);
            json.EndKey();
        }
    }

    private static string? Checked(ref SchemaJson json, Func<string, bool> rule, string wanted)
    {
        if (json.Text() is not { } text) return null;
        if (rule(text)) return text;

        json.Problem($"'{text}' must be {wanted}.");
        return null;
    }

    private static bool IsMeasurement(string text) =>
        Encoding.UTF8.GetByteCount(text) is > 0 and <= DeviceSchema.MaxMeasurementBytes && !text.Any(char.IsControl);

    private void Demand(bool met, string key, string otherwise)
    {
        if (!met) problems.Add(new(file, 0, key, otherwise));
    }

    private DeviceSchema ToSchema(byte[] bytes)
    {
        var measurement = Encoding.UTF8.GetBytes(_measurement);
        return new()
        {
            Type = _type!,
            File = file,
            Version = Encoding.ASCII.GetBytes($"{_type}@{Convert.ToHexStringLower(SHA256.HashData(bytes))[..VersionDigits]}"),
            Devices = _devices,
            Measurement = measurement,
            Tags = SchemaTags.Escaped(_tags),
            Unknown = _unknown,
            MaxClockLead = _maxClockLead,
            MaxAge = _maxAge,
            AllowData = _allowData,
            Metrics = [.. _metrics.Select(rule => rule.Measurement.AsSpan().SequenceEqual(measurement) ? rule with { Measurement = [] } : rule)],
        };
    }
}
