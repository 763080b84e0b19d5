using System.ComponentModel;
using System.Globalization;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Observability;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>Which devices are to be listed, still as text.</summary>
internal sealed record FleetParameters
{
    private const int LongestText = 128;
    private const int DefaultPageSize = 50;
    private const int LargestPage = 500;
    private const int MostPages = 1_000_000;

    [Description("Part of the name, whatever its case."), FromQuery(Name = "search")]
    public string? Search { get; init; }

    [Description("Only of this site; empty: those without one."), FromQuery(Name = "site")]
    public string? Site { get; init; }

    [Description("Only of this type, as registered or by the schema that claims them; empty: those without one."), FromQuery(Name = "type")]
    public string? Type { get; init; }

    [Description("Only online, silent, offline, never_spoke or disabled ones."), FromQuery(Name = "state")]
    public string? State { get; init; }

    [Description("Only the one of this name."), FromQuery(Name = "only")]
    public string? Only { get; init; }

    [Description("name (default), last_seen, rate or missing."), FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    [Description("asc or desc. Default asc by name, else desc."), FromQuery(Name = "order")]
    public string? Order { get; init; }

    [Description("Which page, from 1."), FromQuery(Name = "page")]
    public string? Page { get; init; }

    [Description("Devices a page, 1 to 500. Default 50."), FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>False with the answer to give.</summary>
    public bool TryRead(out FleetQuestion question, out ProblemHttpResult? problem)
    {
        var (device, state, sort, page, limit) = (default(DeviceId), default(DeviceState), FleetSort.Name, 1, DefaultPageSize);
        problem = true switch
        {
            _ when Search is { Length: > LongestText } => Problem.BadParameter("search", Search, $"must have at most {LongestText} characters"),
            _ when Given(Only) is { } only && !DeviceId.TryParse(only, out device) => Problem.BadParameter("only", only, "must be a device's id"),
            _ when Given(State) is { } text && !IsOneOf(text, out state) => Problem.BadParameter("state", text, "must be online, silent, offline, never_spoke or disabled"),
            _ when Given(Sort) is { } text && !IsOneOf(text, out sort) => Problem.BadParameter("sort", text, "must be name, last_seen, rate or missing"),
            _ when Given(Order) is not (null or "asc" or "desc") => Problem.BadParameter("order", Order, "must be asc or desc"),
            _ when Given(Page) is { } text && !IsNumber(text, MostPages, out page) => Problem.BadParameter("page", text, $"must be a whole number from 1 to {MostPages}"),
            _ when Given(Limit) is { } text && !IsNumber(text, LargestPage, out limit) => Problem.BadParameter("limit", text, $"must be a whole number from 1 to {LargestPage}"),
            _ => null,
        };
        var descending = Given(Order) is { } order ? order is "desc" : sort != FleetSort.Name;
        question = new(Search?.Trim() ?? "", Site, Type, Given(State) is null ? null : state, Given(Only) is null ? null : device, sort, descending, page, limit);
        return problem is null;
    }

    private static bool IsOneOf<T>(string text, out T value) where T : struct, Enum
    {
        foreach (var one in Enum.GetValues<T>())
        {
            value = one;
            if (SnakeCase.Of(one).Equals(text, StringComparison.Ordinal)) return true;
        }

        value = default;
        return false;
    }

    private static bool IsNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most;

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
