using Iot.Gateway.Dashboard.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary>What was entered of a new device.</summary>
/// <param name="Tags">As they were entered.</param>
/// <param name="Problem">Null when tags are names with values; the rest is judged as the API's.</param>
internal sealed record DeviceForm(AddDeviceParameters Parameters, string Tags, ProblemHttpResult? Problem)
{
    public static DeviceForm Read(IFormCollection form)
    {
        var text = form["tags"].ToString();
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        ProblemHttpResult? problem = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]) tags[name] = value;
            else problem ??= Dashboard.Problem.BadParameter("tags", line, "must be NAME=VALUE, a line each");
        }

        return new(
            new() { Device = form["device"].ToString().Trim(), Type = Given(form["type"]), Site = Given(form["site"]), ValidFor = Given(form["validFor"]), Tags = tags },
            text, problem);
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
