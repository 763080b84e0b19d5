using System.ComponentModel;
using Iot.Configuration;
using Iot.Gateway.Delivery;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>What <c>/api/v1/readings</c> may be asked, still as text: a value that cannot be used is answered in words.</summary>
internal sealed record ReadingsParameters
{
    public const int DefaultLimit = 100_000;

    /// <summary>Below <see cref="ReadingQuery.Limit"/>'s own bound, since one row more tells whether there is more.</summary>
    public const int MaxLimit = 500_000;

    /// <summary>As many as a statement of SQL may give.</summary>
    public const int MaxParquetRows = 10_000_000;

    /// <summary>More than any screen is wide.</summary>
    public const int MaxPoints = 20_000;

    private const string NotInNames = "\0\r"; // InfluxQL has no spelling for them
    private const string AllowedInNames = "must be without U+0000 and carriage return";

    /// <summary>Of each kind; a page that charts more series asks twice.</summary>
    public const int MaxNames = 20;

    private static readonly string[] Names =
        ["device", "measurement", "field", "tags", "from", "to", "every", "aggregate", "format", "units", "limit", "points", "after"];

    [Description("Only this device; up to 20 times for several. Default all."), FromQuery(Name = "device")]
    public string[]? Device { get; init; }

    [Description("Only this measurement; up to 20 times for several. Default all."), FromQuery(Name = "measurement")]
    public string[]? Measurement { get; init; }

    [Description("Only this field; up to 20 times for several. Default all."), FromQuery(Name = "field")]
    public string[]? Field { get; init; }

    [Description("Only series with exactly these further tags, as /series spells them: `key=value,key=value`; empty for those without. Up to 20 times for several. Default all."), FromQuery(Name = "tags")]
    public string[]? Tags { get; init; }

    [Description("First moment that counts: unix seconds or RFC 3339. Default one hour before `to`."), FromQuery(Name = "from")]
    public string? From { get; init; }

    [Description("First moment that does not count any more. Default now."), FromQuery(Name = "to")]
    public string? To { get; init; }

    [Description("Width of a bucket, aligned to 1970: 500ms, 10s, 1m, 1h, 1d. Default none: the readings as they are."), FromQuery(Name = "every")]
    public string? Every { get; init; }

    [Description("What becomes of a bucket's readings: mean (default), min, max, last or count. Needs `every`."), FromQuery(Name = "aggregate")]
    public string? Aggregate { get; init; }

    [Description("For a chart this many pixels wide: at most so many readings of each series, 4 to 20000; the lowest and the highest of each stretch of time with their own times, so that peaks stay and a gap stays a gap; all of them when they are no more. Excludes `every`."), FromQuery(Name = "points")]
    public string? Points { get; init; }

    [Description("The `next` of an answer that was cut: goes on behind its last row, with all else as it was."), FromQuery(Name = "after")]
    public string? After { get; init; }

    [Description("json (default), csv, or parquet: a whole file, from the embedded store only."), FromQuery(Name = "format")]
    public string? Format { get; init; }

    [Description("true gives CSV one more column, the last: unit. JSON and Parquet say units always. Default false."), FromQuery(Name = "units")]
    public string? Units { get; init; }

    [Description("Most rows, 1 to 500000. Default 100000. A cut answer says so at its end. Of Parquet, which is never cut, 1 to 10000000, the default, and more are refused."), FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>False with the answer to give.</summary>
    /// <param name="besides">Names of parameters that the caller reads itself.</param>
    public bool TryRead(IQueryCollection all, DateTimeOffset now, out ReadingsRequest request, out ProblemHttpResult? problem, params string[] besides)
    {
        request = new(new(null, null, null, 0, 0, null, Delivery.Aggregate.Mean, DefaultLimit), ReadingsFormat.Json, Units is "true");
        problem = Unknown(all, [.. Names, .. besides]) ?? ReadFormat(ref request);
        if (problem is not null) return false;

        var query = request.Query;
        problem = ReadWhat(ref query) ?? ReadRange(ref query, now) ?? ReadShape(ref query) ?? ReadLimit(ref query, request.Format) ?? ReadPart(ref query);
        request = request with { Query = query };
        return problem is null;
    }

    private ProblemHttpResult? ReadFormat(ref ReadingsRequest request)
    {
        if (Given(Units) is not (null or "true" or "false")) return Problem.BadParameter("units", Units, "must be true or false");
        if (Given(Format) is not { } text) return null;
        if (!Enum.TryParse<ReadingsFormat>(text, ignoreCase: true, out var format) || !char.IsAsciiLetter(text[0]))
            return Problem.BadParameter("format", text, "must be json, csv or parquet");

        request = request with { Format = format };
        return null;
    }

    private ProblemHttpResult? ReadWhat(ref ReadingQuery query)
    {
        foreach (var (name, given) in (ReadOnlySpan<(string, string[]?)>)[("device", Device), ("measurement", Measurement), ("field", Field), ("tags", Tags)])
        {
            if (given?.Length > MaxNames) return Problem.BadParameter(name, $"{given.Length} times", $"may be given {MaxNames} times at most");
            if (Array.Find(given ?? [], text => text.AsSpan().ContainsAny(NotInNames)) is { } odd) return Problem.BadParameter(name, odd, AllowedInNames);
        }

        if (Array.Find(Device ?? [], text => text.Length > 0 && !DeviceId.TryParse(text, out _)) is { } stranger)
            return Problem.BadParameter("device", stranger, $"must be 1 to {DeviceId.MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit");

        query = query with { Device = Any(Device), Measurement = Any(Measurement), Field = Any(Field), Tags = Tags is { Length: > 0 } ? new(Tags) : null };
        return null;
    }

    /// <summary>An empty one, as forms send it, asks for nothing.</summary>
    private static AnyOf? Any(string[]? given) => given?.Where(text => text.Length > 0).ToList() is { Count: > 0 } names ? new(names) : null;

    private ProblemHttpResult? ReadRange(ref ReadingQuery query, DateTimeOffset now)
    {
        var to = (now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
        if (Given(To) is not null && !TimeText.TryParse(To!, out to)) return Problem.BadParameter("to", To, TimeText.Allowed);

        var from = Math.Max(0, to - (long)TimeSpan.FromHours(1).TotalNanoseconds);
        if (Given(From) is not null && !TimeText.TryParse(From!, out from)) return Problem.BadParameter("from", From, TimeText.Allowed);

        if (from >= to) return Problem.BadParameter("from", From ?? TimeText.Format(from), $"must be before to = {TimeText.Format(to)}");

        query = query with { FromNs = from, ToNs = to };
        return null;
    }

    private ProblemHttpResult? ReadShape(ref ReadingQuery query)
    {
        TimeSpan? every = null;
        if (Given(Every) is not null)
        {
            if (!DurationText.TryParse(Every!, out var width)) return Problem.BadParameter("every", Every, DurationText.Allowed);
            every = width;
        }

        var aggregate = Delivery.Aggregate.Mean;
        if (Given(Aggregate) is not null && !TryAggregate(Aggregate!, out aggregate))
            return Problem.BadParameter("aggregate", Aggregate, "must be mean, min, max, last or count");
        if (Given(Aggregate) is not null && every is null)
            return Problem.BadParameter("every", null, $"must be given with aggregate = {Aggregate}, such as 1m");

        query = query with { Every = every, Aggregate = aggregate };
        return null;
    }

    private ProblemHttpResult? ReadLimit(ref ReadingQuery query, ReadingsFormat format)
    {
        var (most, limit) = format == ReadingsFormat.Parquet ? (MaxParquetRows, MaxParquetRows) : (MaxLimit, DefaultLimit);
        if (Given(Limit) is not null && (!int.TryParse(Limit, System.Globalization.NumberStyles.None, null, out limit) || limit < 1 || limit > most))
            return Problem.BadParameter("limit", Limit, $"must be a whole number from 1 to {most}");

        query = query with { Limit = limit };
        return null;
    }

    /// <summary>Of an answer: what a chart shows of it, or what comes behind the last one.</summary>
    private ProblemHttpResult? ReadPart(ref ReadingQuery query)
    {
        if (Given(Points) is not null)
        {
            if (!int.TryParse(Points, System.Globalization.NumberStyles.None, null, out var points) || points is < ChartBuckets.FewestPoints or > MaxPoints)
                return Problem.BadParameter("points", Points, $"must be a whole number from {ChartBuckets.FewestPoints} to {MaxPoints}");
            if (query.Every is not null) return Problem.BadParameter("points", Points, "excludes every: points finds the width of its buckets itself");
            if (Given(After) is not null) return Problem.BadParameter("points", Points, "excludes after: such an answer is one whole");

            query = query with { Points = points };
        }

        if (Given(After) is null) return null;
        if (!ReadingPlaceText.TryParse(After!, out var place)) return Problem.BadParameter("after", After, ReadingPlaceText.Allowed);

        query = query with { After = place };
        return null;
    }

    private static bool TryAggregate(string text, out Aggregate aggregate) =>
        Enum.TryParse(text, ignoreCase: true, out aggregate) && char.IsAsciiLetter(text[0]);

    private static ProblemHttpResult? Unknown(IQueryCollection all, string[] known)
    {
        var stranger = all.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase));
        return stranger is null ? null : Problem.BadParameter(stranger, all[stranger], NearestName.Find(stranger, known) is { } near
            ? $"no such parameter; did you mean {near}?"
            : $"no such parameter; there are {string.Join(", ", known)}");
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>What was asked for, and how it is to be written.</summary>
/// <param name="Units">CSV gets a column for them.</param>
internal sealed record ReadingsRequest(ReadingQuery Query, ReadingsFormat Format, bool Units);
