using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Install;
using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary><c>/devices</c> and <c>/registry</c>: the list, and the forms that do what the registry's API does.</summary>
internal static class RegistryPages
{
    /// <summary>In bytes: sixteen tags as long as they may be.</summary>
    private const int LongestForm = 32 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/devices", (Page page, GatewayView view) => page.Of<DevicesPage>(StatusCodes.Status200OK, (nameof(DevicesPage.MqttPort), view.MqttPort))).Needs(Role.Viewer);

        var registry = pages.MapGroup("/registry").Needs(Role.Operator).WithMetadata(new RequestSizeLimitAttribute(LongestForm));
        registry.MapGet("/add", (string? device, HttpContext http) => Form(http, new() { Device = device }, tags: ""));
        Act(registry.MapPost("/add", AddAsync), AuditAct.DeviceAdd);
        Act(registry.MapPost("/{id}/token", (string id, [FromServices] DeviceRegistry all, [FromServices] Enrollment enrollment, [FromServices] InstallLine install) =>
            RegistryEndpoints.Token(id, validFor: null, all, enrollment, install)), AuditAct.DeviceToken);
    }

    /// <summary>What the API answers, as a page: the token, the form again with what is wrong, or why there is none.</summary>
    private static void Act(RouteHandlerBuilder route, AuditAct act) => route
        .AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            return await next(context) switch
            {
                Created<EnrollmentTokenJson> made => Shown(http, made.Value!),
                Ok<EnrollmentTokenJson> made => Shown(http, made.Value!),
                ProblemHttpResult problem when http.Features.Get<DeviceForm>() is { } form => Form(http, form.Parameters, form.Tags, problem),
                ProblemHttpResult problem when DeviceId.TryParse(http.GetRouteValue("id") as string, out var device) => http.RequestServices.GetRequiredService<Page>().Of<NoTokenPage>(
                    problem.StatusCode, (nameof(NoTokenPage.Device), device.Value), (nameof(NoTokenPage.Why), problem.ProblemDetails.Detail)),
                var answer => answer,
            };
        })
        .Audited(act).WithMetadata(new OurForm());

    private static async Task<IResult> AddAsync(
        HttpContext http, [FromServices] DeviceRegistry registry, [FromServices] Enrollment enrollment, [FromServices] InstallLine install)
    {
        var form = DeviceForm.Read(await http.Request.ReadFormAsync(http.RequestAborted));
        http.Features.Set(form);
        return form.Problem is { } problem ? problem : RegistryEndpoints.Add(form.Parameters, registry, enrollment, install);
    }

    private static IResult Shown(HttpContext http, EnrollmentTokenJson token) => http.RequestServices.GetRequiredService<Page>().Of<TokenPage>(
        StatusCodes.Status200OK,
        (nameof(TokenPage.Device), token.Device),
        (nameof(TokenPage.Secret), token.Token),
        (nameof(TokenPage.Until), token.Until),
        (nameof(TokenPage.EnrollUrl), token.EnrollUrl),
        (nameof(TokenPage.Root), token.Root),
        (nameof(TokenPage.Command), token.Command),
        (nameof(TokenPage.Install), token.Install),
        (nameof(TokenPage.Made), RegisteredDeviceJson.Time(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow())));

    private static IResult Form(HttpContext http, AddDeviceParameters given, string tags, ProblemHttpResult? problem = null) => http.RequestServices.GetRequiredService<Page>().Of<AddDevicePage>(
        problem?.StatusCode ?? StatusCodes.Status200OK,
        (nameof(AddDevicePage.Device), given.Device),
        (nameof(AddDevicePage.Type), given.Type),
        (nameof(AddDevicePage.Site), given.Site),
        (nameof(AddDevicePage.ValidFor), given.ValidFor),
        (nameof(AddDevicePage.Tags), tags),
        (nameof(AddDevicePage.Refusal), problem?.ProblemDetails.Detail ?? ""),
        (nameof(AddDevicePage.Types), http.RequestServices.GetRequiredService<GatewayView>().Types()),
        (nameof(AddDevicePage.Sites), Sites(http.RequestServices.GetRequiredService<WholeFleet>().Current())));

    private static List<string> Sites(FleetList fleet) => [.. fleet.Choices.Sites.Select(site => site.Name).Where(name => name.Length > 0)];
}
