using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Users, keys, sessions. Needs <see cref="DataOptions"/>, <see cref="HttpOptions"/>, <see cref="OidcOptions"/> and <see cref="LimitsOptions"/> in the container.</summary>
internal static class AccessServices
{
    /// <summary>Name of the scheme of sessions.</summary>
    public const string Sessions = "session";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton(provider => AccessStore.Open(provider.GetRequiredService<DataOptions>().UsersPath));
        services.AddSingleton(_ => new Passwords(Passwords.RoundsForPeople));
        services.AddSingleton<Users>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<EndedSessions>();
        services.AddSingleton<SignInLimit>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<SignInLog>();
        services.AddSingleton<AccessMetrics>();
        services.AddSingleton<Callers>();
        services.AddSingleton<AccessRule>();
        services.AddSingleton(provider => new LocalKey(provider.GetRequiredService<DataOptions>().InPath(LocalKey.FileName)));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SetupCode>(provider, provider.GetRequiredService<DataOptions>().InPath(SetupCode.FileName)));
        AddSessions(services);
        return services;
    }

    /// <summary>What the endpoints rest on: the file is opened, the key of this machine written, the setup code told.</summary>
    public static void OpenAccess(this IServiceProvider provider)
    {
        var url = provider.GetRequiredService<HttpOptions>().Url;
        provider.GetRequiredService<SetupCode>().Offer(url);
        provider.GetRequiredService<LocalKey>().Write(url);
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)); // it warns that its keys are not encrypted: their mode keeps them
        services.AddDataProtection().SetApplicationName("iot-gateway");
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<DataOptions>((keys, data) => keys.XmlRepository = new ProtectionKeys(data.InPath(ProtectionKeys.DirectoryName)));
        services.AddAuthentication(Sessions).AddCookie(Sessions);
        services.AddOptions<CookieAuthenticationOptions>(Sessions).Configure<HttpOptions>((cookie, http) =>
        {
            cookie.Cookie.Name = Cookies.SessionName(http);
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = Cookies.Secure(http);
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.Path = "/";
            cookie.ExpireTimeSpan = Session.IdleLimit;
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = EndWhatIsOver;
        });
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical)); // any cookie that is none of ours would be an error with its stack
        services.AddAntiforgery();
        services.AddOptions<Microsoft.AspNetCore.Antiforgery.AntiforgeryOptions>().Configure<HttpOptions>((forgery, http) =>
        {
            forgery.Cookie.Name = Cookies.CsrfName(http);
            forgery.Cookie.SameSite = SameSiteMode.Strict;
            forgery.Cookie.SecurePolicy = Cookies.Secure(http);
            forgery.Cookie.Path = "/";
            forgery.FormFieldName = "csrf";
            forgery.HeaderName = "X-Csrf-Token";
            forgery.SuppressXFrameOptionsHeader = true; // ours is stricter
        });
    }

    private static Task EndWhatIsOver(CookieValidatePrincipalContext context)
    {
        var callers = context.HttpContext.RequestServices.GetRequiredService<Callers>();
        if (Session.Of(context.Principal) is not { } session || callers.OfSession(session) is null) context.RejectPrincipal();
        return Task.CompletedTask;
    }
}
