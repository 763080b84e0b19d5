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

    /// <summary>More than any screen is wide.</summary>
    public const int MaxPoints = 20_000;

    private const string NotInNames = "\0\r"; // InfluxQL has no spelling for them
    private const string AllowedInNames = "must be without U+0000 and carriage return";

    private static readonly string[] Names = ["device", "measurement", "field", "from", "to", "every", "aggregate", "format", "limit", "points", "after"];

    [Description("Only this device."), FromQuery(Name = "device")]
    public string? Device { get; init; }

    [Description("Only this measurement."), FromQuery(Name = "measurement")]
    public string? Measurement { get; init; }

    [Description("Only this field."), FromQuery(Name = "field")]
    public string? Field { get; init; }

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

    [Description("json (default) or csv."), FromQuery(Name = "format")]
    public string? Format { get; init; }

    [Description("Most rows, 1 to 500000. Default 100000. A cut answer says so at its end."), FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>False with the answer to give.</summary>
    public bool TryRead(IQueryCollection all, DateTimeOffset now, out ReadingQuery query, out bool csv, out ProblemHttpResult? problem)
    {
        query = new(null, null, null, 0, 0, null, Delivery.Aggregate.Mean, DefaultLimit);
        csv = string.Equals(Format, "csv", StringComparison.Ordinal);
        problem = Unknown(all) ?? ReadWhat(ref query) ?? ReadRange(ref query, now) ?? ReadShape(ref query) ?? ReadPart(ref query);
        return problem is null;
    }

    private ProblemHttpResult? ReadWhat(ref ReadingQuery query)
    {
        DeviceId? device = null;
        if (Device is { Length: > 0 })
        {
            if (!DeviceId.TryParse(Device, out var named))
                return Problem.BadParameter("device", Device, $"must be 1 to {DeviceId.MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit");
            device = named;
        }

        if (Measurement?.AsSpan().ContainsAny(NotInNames) == true) return Problem.BadParameter("measurement", Measurement, AllowedInNames);
        if (Field?.AsSpan().ContainsAny(NotInNames) == true) return Problem.BadParameter("field", Field, AllowedInNames);

        query = query with { Device = device, Measurement = Given(Measurement), Field = Given(Field) };
        return null;
    }

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
        if (Given(Format) is not (null or "json" or "csv")) return Problem.BadParameter("format", Format, "must be json or csv");

        var limit = DefaultLimit;
        if (Given(Limit) is not null && (!int.TryParse(Limit, System.Globalization.NumberStyles.None, null, out limit) || limit is < 1 or > MaxLimit))
            return Problem.BadParameter("limit", Limit, $"must be a whole number from 1 to {MaxLimit}");

        query = query with { Every = every, Aggregate = aggregate, Limit = limit };
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

    private static ProblemHttpResult? Unknown(IQueryCollection all)
    {
        var stranger = all.Keys.FirstOrDefault(name => !Names.Contains(name, StringComparer.OrdinalIgnoreCase));
        return stranger is null ? null : Problem.BadParameter(stranger, all[stranger], NearestName.Find(stranger, Names) is { } near
            ? $"no such parameter; did you mean {near}?"
            : $"no such parameter; there are {string.Join(", ", Names)}");
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
