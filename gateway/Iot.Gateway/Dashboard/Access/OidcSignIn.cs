using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Iot.Gateway.Dashboard.Access;

/// <summary><c>/sign-in/provider</c>: an OpenID provider says who somebody is, the configuration what he may do. Code flow with PKCE; nothing of it is there unless it is configured.</summary>
internal static class OidcSignIn
{
    public const string Path = "/sign-in/provider";

    private const string Scheme = "provider";
    private const int LongestName = 64;

    /// <summary>In bytes; metadata, keys and tokens have a few KiB.</summary>
    private const int LargestAnswer = 1 << 20;

    public static void Add(IServiceCollection services)
    {
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.Critical)); // anybody can make it speak; SignInLog says it in bounds
        services.AddAuthentication().AddOpenIdConnect(Scheme, _ => { });
        services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<OidcOptions, HttpOptions>(Configure);
    }

    public static void Map(IEndpointRouteBuilder routes, OidcOptions oidc)
    {
        if (oidc.IsConfigured) routes.MapGet(Path, (HttpContext http, CancellationToken _) => BeginAsync(http, oidc)).AllowAnonymous().ExcludeFromDescription();
    }

    private static void Configure(OpenIdConnectOptions options, OidcOptions oidc, HttpOptions http)
    {
        options.Authority = oidc.Authority!.ToString();
        options.RequireHttpsMetadata = oidc.Authority.Scheme is "https"; // http is taken on this machine only
        options.ClientId = oidc.ClientId;
        options.ClientSecret = oidc.Secret();
        options.ResponseType = "code";
        options.ResponseMode = "query"; // a form that another site posts would come without our cookies
        options.CallbackPath = $"{Path}/callback";
        options.RemoteSignOutPath = default;
        options.SignedOutCallbackPath = default;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.Backchannel = Direct();
        options.TokenValidationParameters.NameClaimType = oidc.NameClaim;
        options.Scope.Clear();
        foreach (var scope in oidc.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend("openid").Distinct(StringComparer.Ordinal)) options.Scope.Add(scope);
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = Cookies.Secure(http);
        }

        options.Events.OnTicketReceived = context => EnterAsync(context, oidc);
        options.Events.OnRemoteFailure = RefuseAsync;
    }

    /// <summary>No redirects and no proxy: the client's secret goes to the configured provider alone. What it answers is bounded.</summary>
    private static HttpClient Direct() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(30),
            MaxResponseContentBufferSize = LargestAnswer,
        };

    private static async Task<IResult> BeginAsync(HttpContext http, OidcOptions oidc)
    {
        try
        {
            await http.ChallengeAsync(Scheme, new() { RedirectUri = ReturnPath.Of(http.Request.Query[ReturnPath.Parameter]) });
            return Results.Empty;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
        {
            http.RequestServices.GetRequiredService<SignInLog>().ProviderRefused($"{oidc.Authority} cannot be asked. {e.Message} {e.InnerException?.Message}");
            return http.RequestServices.GetRequiredService<Page>().Of<SignInPage>(
                StatusCodes.Status503ServiceUnavailable, (nameof(SignInPage.Refusal), $"{oidc.DisplayName} does not answer now. Try again, or sign in another way."));
        }
    }

    private static async Task EnterAsync(TicketReceivedContext context, OidcOptions oidc)
    {
        var (http, person) = (context.HttpContext, context.Principal!);
        context.HandleResponse();
        var name = person.FindFirst(oidc.NameClaim)?.Value is { Length: > 0 } called ? called : person.FindFirst("sub")!.Value;
        name = new([.. name.Where(letter => !char.IsControl(letter)).Take(LongestName)]);
        if (oidc.RoleOf([.. person.FindAll(oidc.RoleClaim).Select(claim => claim.Value)]) is not { } role)
        {
            await RefuseAsync(http, $"oidc:{name}", "no role", null, $"You are known, but none of your roles may come in here. Ask for one that the gateway's Oidc settings name; they look at the claim '{oidc.RoleClaim}'.");
            return;
        }

        await SignInRoutes.BeginAsync(http, Session.Begin(SessionKind.Provider, name, "", role, http.RequestServices.GetRequiredService<TimeProvider>()));

        // A redirect from here would still be the provider's, and come without our cookie: a page goes on.
        await http.RequestServices.GetRequiredService<Page>().Of<GoOnPage>(StatusCodes.Status200OK, (nameof(GoOnPage.To), ReturnPath.Of(context.ReturnUri))).ExecuteAsync(http);
    }

    private static Task RefuseAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        return RefuseAsync(context.HttpContext, "", "the provider's answer cannot be used", context.Failure, "That did not work. Try again; if it stays so, the gateway's log says why.");
    }

    private static async Task RefuseAsync(HttpContext http, string who, string why, Exception? cause, string toPerson)
    {
        var log = http.RequestServices.GetRequiredService<SignInLog>();
        if (cause is null) log.ProviderRefused($"{who} has {why}.");
        else log.ProviderRefused(cause);

        http.RequestServices.GetRequiredService<AccessMetrics>().SignIn(SignInOutcome.Refused);
        http.RequestServices.GetRequiredService<AuditTrail>().Report(new(AuditAct.SignInRefused, who, Caller.AddressOf(http), Path, AuditResult.Refused, why));
        await http.RequestServices.GetRequiredService<Page>().Of<SignInPage>(StatusCodes.Status403Forbidden, (nameof(SignInPage.Refusal), toPerson)).ExecuteAsync(http);
    }
}
