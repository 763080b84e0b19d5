using Iot.Gateway.Dashboard.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>What openapi.json says beyond the paths: how to show who one is, and which role each path needs.</summary>
internal static class ApiDescription
{
    private const string Key = "key";
    private const string Session = "session";

    public static void Describe(OpenApiOptions openApi)
    {
        openApi.AddDocumentTransformer((document, context, _) =>
        {
            document.Info = new()
            {
                Title = "Iot gateway",
                Version = "v1",
                Description = "Readings, devices and their books. A key, or a session of a browser; neither from this machine while there is no user and no key.",
            };
            document.AddComponent(Key, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key: iot-gateway keys create." });
            document.AddComponent(Session, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = Cookies.SessionName(context.ApplicationServices.GetRequiredService<HttpOptions>()),
                Description = "Of a browser that signed in at /sign-in. What changes something needs the header X-Csrf-Token, too.",
            });
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var example in context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestExample>()) example.AddTo(operation);
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<IAllowAnonymous>().Any()) return Task.CompletedTask;

            var role = metadata.OfType<NeedsRole>().LastOrDefault()?.Role ?? Role.Admin;
            operation.Description = $"Needs the role {Roles.NameOf(role)}.";
            operation.Security = [new() { [new(Key, context.Document)] = [] }, new() { [new(Session, context.Document)] = [] }];
            return Task.CompletedTask;
        });
    }
}
