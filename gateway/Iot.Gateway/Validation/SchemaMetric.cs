using System.Text;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>One entry of a schema's <c>metrics</c>. The key is <c>field</c>, or <c>measurement/field</c> cut at its first <c>/</c>.</summary>
internal static class SchemaMetric
{
    private static readonly string[] Keys = ["unit", "kind", "min", "max"];

    public static MetricRule? Read(ref SchemaJson json, string name)
    {
        if (NamesOf(ref json, name) is not var (measurement, field) || !json.TryBeginObject()) return null;

        var (unit, kind) = ("", ReadingKind.Float);
        double? min = null, max = null;
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (json.NextKey(seen, out var key))
        {
            switch (key)
            {
                case "unit": unit = json.Text() ?? ""; break;
                case "kind": kind = KindOf(json.Choice("float", "boolean", "string", "data")); break;
                case "min": min = json.Number(); break;
                case "max": max = json.Number(); break;
                default: json.Unknown(key, Keys); break;
            }

            json.EndKey();
        }

        if (kind != ReadingKind.Float && (min ?? max) is not null) json.Problem("min and max are for kind float; remove them.");
        if (min > max) json.Problem($"min {min} is above max {max}; no value could pass.");

        return new()
        {
            Measurement = Encoding.UTF8.GetBytes(measurement),
            Field = Encoding.UTF8.GetBytes(field),
            Unit = Encoding.UTF8.GetBytes(unit),
            Kind = kind,
            Min = min ?? double.NegativeInfinity,
            Max = max ?? double.PositiveInfinity,
        };
    }

    private static (string Measurement, string Field)? NamesOf(ref SchemaJson json, string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash != 0 && slash != name.Length - 1) return slash < 0 ? ("", name) : (name[..slash], name[(slash + 1)..]);

        json.Problem("a metric is \"field\" or \"measurement/field\", neither part empty.");
        json.Skip();
        return null;
    }

    private static ReadingKind KindOf(string? kind) => kind switch
    {
        "boolean" => ReadingKind.Boolean,
        "string" => ReadingKind.String,
        "data" => ReadingKind.Data,
        _ => ReadingKind.Float,
    };
}
