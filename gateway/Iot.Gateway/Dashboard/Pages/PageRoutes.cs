using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Sheet;
using Iot.Gateway.Detection;
using Iot.Wire;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary>Every page that shows the gateway. Those about people and their access are <see cref="AccountPages"/>.</summary>
internal static class PageRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        var viewer = pages.MapGroup("").Needs(Role.Viewer);
        viewer.MapGet("/", Overview);
        RegistryPages.Map(routes);
        viewer.MapGet("/devices/{id}", OneDevice);
        viewer.MapGet("/explore", (Page page) => page.Of<ExplorePage>());
        viewer.MapGet("/sql", (Page page) => page.Of<SqlPage>());

        var @operator = pages.MapGroup("").Needs(Role.Operator);
        pages.MapGet("/audit", (Page page) => page.Of<AuditLogPage>()).Needs(Role.Admin);
        @operator.MapGet("/dead-letters", (Page page) => page.Of<DeadLettersPage>());
        @operator.MapGet("/sinks", (Page page) => page.Of<SinksPage>());
        @operator.MapGet("/security", (Page page, DetectionOptions detection) => page.Of<SecurityPage>(
            StatusCodes.Status200OK, (nameof(SecurityPage.Watched), SecurityPage.WatchedBy(detection))));
    }

    /// <param name="device">Where the overview showed a device before it had a page: such links still lead to it.</param>
    private static IResult Overview(string? device, Page page, GatewayView view, Callers callers) =>
        DeviceId.TryParse(device, out var id) ? Results.LocalRedirect($"/devices/{id.Value}") : page.Of<OverviewPage>(
            StatusCodes.Status200OK,
            (nameof(OverviewPage.IsOpenToAll), callers.IsOpenToAll),
            (nameof(OverviewPage.IsOpenToThisMachine), !callers.HasCredentials),
            (nameof(OverviewPage.MqttPort), view.MqttPort));

    private static IResult OneDevice(string id, HttpContext http, Page page, [FromServices] DeviceSheets sheets, [FromServices] ShownDevice shown)
    {
        if (!DeviceId.TryParse(id, out var device) || !sheets.Facts(device).IsKnown)
            return page.Of<UnknownDevicePage>(StatusCodes.Status404NotFound, (nameof(UnknownDevicePage.Asked), id));

        shown.Sheet = sheets.Current(device, Caller.Of(http)?.Role >= Role.Operator).Sheet;
        return page.Of<DevicePage>();
    }
}
