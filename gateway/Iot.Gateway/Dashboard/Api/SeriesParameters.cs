using System.ComponentModel;
using Iot.Gateway.Delivery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>Which series are meant, of <c>/api/v1/series</c> and <c>/api/v1/fields</c>.</summary>
internal sealed record SeriesParameters
{
    /// <summary>Rows of one answer. The rest is counted, and found by narrowing.</summary>
    public const int MaxLimit = 10_000;

    private const int LongestSearch = 200;

    [Description("Only this device; several times for several. Default all."), FromQuery(Name = "device")]
    public string[]? Device { get; init; }

    [Description("Only this measurement; several times for several. Default all."), FromQuery(Name = "measurement")]
    public string[]? Measurement { get; init; }

    [Description("Only this field; several times for several. Default all."), FromQuery(Name = "field")]
    public string[]? Field { get; init; }

    [Description("Words that must all occur in device, measurement, field, tags or unit, in any order; small and capital letters are the same."), FromQuery(Name = "search")]
    public string? Search { get; init; }

    [Description("Most rows, 1 to 10000, the default. `matching` counts all."), FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>False with the answer to give.</summary>
    public bool TryRead(out Func<StoredSeries, bool> isMeant, out int limit, out ProblemHttpResult? problem)
    {
        limit = MaxLimit;
        isMeant = Meant();
        problem = Search is { Length: > LongestSearch }
            ? Problem.BadParameter("search", Search[..20] + "…", $"must have at most {LongestSearch} characters")
            : !string.IsNullOrEmpty(Limit) && (!int.TryParse(Limit, System.Globalization.NumberStyles.None, null, out limit) || limit is < 1 or > MaxLimit)
                ? Problem.BadParameter("limit", Limit, $"must be a whole number from 1 to {MaxLimit}")
                : null;
        return problem is null;
    }

    private Func<StoredSeries, bool> Meant()
    {
        var (devices, measurements, fields) = (Any(Device), Any(Measurement), Any(Field));
        var words = (Search ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return series => devices?.Contains(series.Device.Value) != false && measurements?.Contains(series.Measurement) != false && fields?.Contains(series.Field) != false
            && Array.TrueForAll(words, word => Occurs(word, series.Device.Value) || Occurs(word, series.Measurement) || Occurs(word, series.Field)
                || Occurs(word, series.Tags) || Occurs(word, series.Unit ?? ""));
    }

    /// <summary>An empty one, as forms send it, asks for nothing.</summary>
    private static HashSet<string>? Any(string[]? given) =>
        given?.Where(text => text.Length > 0).ToHashSet(StringComparer.Ordinal) is { Count: > 0 } names ? names : null;

    private static bool Occurs(string word, string text) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
