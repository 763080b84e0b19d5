using System.ComponentModel;
using Iot.Gateway.Dashboard.Fleet;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/fleet</c>: a page of the devices that are registered or have ever spoken, or all that match as CSV.</summary>
internal static class FleetEndpoint
{
    private const int FlushBytes = 32 * 1024;

    public static IResult Answer(
        [AsParameters] FleetParameters asked, [Description("json (default), or csv: all that match, on one page."), FromQuery(Name = "format")] string? format, [FromServices] WholeFleet fleet)
    {
        if (format is not (null or "json" or "csv")) return Problem.BadParameter("format", format, "must be json or csv");
        if (!asked.TryRead(out var question, out var problem)) return problem!;

        return format is "csv" ? new Csv(fleet.Current().Matching(question)) : TypedResults.Ok(fleet.Current().Page(question));
    }

    private sealed class Csv(IEnumerable<FleetEntry> devices) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var to = httpContext.Response.BodyWriter;
            var rows = new FleetCsv(to);
            httpContext.Response.ContentType = FleetCsv.ContentType;
            httpContext.Response.Headers.ContentDisposition = "attachment; filename=devices.csv";

            rows.Begin();
            foreach (var device in devices)
            {
                rows.Add(ListedDevice.Of(device));
                if (to.UnflushedBytes >= FlushBytes) await to.FlushAsync(httpContext.RequestAborted);
            }

            await to.FlushAsync(httpContext.RequestAborted);
        }
    }
}
