using System.Security.Claims;
using Iot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>A real OpenID provider (OpenIddict) on 127.0.0.1: discovery, signed tokens, PKCE; whoever comes is the person that the test says.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "iot-gateway";
    public const string Secret = "a-secret-of-the-client-7f3a";

    private readonly WebApplication _app;

    private OpenIdProvider(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public string Name { get; set; } = "anna";

    public string[] Groups { get; set; } = ["iot-operators"];

    public static async Task<OpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}");
        OpenIdProvider? provider = null;
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token");
            server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().RegisterScopes("profile");
            server.AddEphemeralEncryptionKey().AddEphemeralSigningKey().EnableDegradedMode();
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId is not ClientId || context.RedirectUri?.EndsWith("/sign-in/provider/callback", StringComparison.Ordinal) != true) context.Reject("invalid_client");
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId is not ClientId || context.ClientSecret is not Secret) context.Reject("invalid_client");
                return default;
            }));
            server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                context.SignIn(provider!.Person());
                return default;
            }));
        });
        var app = builder.Build();
        app.UseAuthentication();
        provider = new(app);
        await app.StartAsync();
        using var first = new HttpClient { BaseAddress = provider.Url, Timeout = TimeSpan.FromMinutes(2) }; // its keys are made and its code compiled by the first who asks
        foreach (var path in new[] { ".well-known/openid-configuration", ".well-known/jwks" }) await first.GetStringAsync(path);
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private ClaimsPrincipal Person()
    {
        var identity = new ClaimsIdentity("provider", "name", "role");
        identity.AddClaim(new Claim("sub", "4711"));
        identity.AddClaim(new Claim("preferred_username", Name));
        foreach (var group in Groups) identity.AddClaim(new Claim("groups", group));
        identity.SetScopes("openid", "profile");
        identity.SetDestinations(_ => ["id_token"]);
        return new(identity);
    }
}
