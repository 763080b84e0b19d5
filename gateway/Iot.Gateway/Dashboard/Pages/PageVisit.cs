using Iot.Gateway.Dashboard.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary>Who looks at a page, and the token for its forms; pages inject it. One a request.</summary>
internal sealed class PageVisit(IAntiforgery antiforgery, Callers callers)
{
    /// <summary>Null where nobody is known.</summary>
    public Caller? Caller { get; private set; }

    public string Csrf { get; private set; } = "";

    /// <summary>What somebody is called in the head of a page: the name he signed in with.</summary>
    public string Name => Caller?.Name.Split(':', 2)[^1] ?? "";

    /// <summary>Nobody has credentials yet: whoever sits at this machine is told how to begin.</summary>
    public bool IsUnclaimed => !callers.HasCredentials;

    public bool Has(Role role) => Caller is not null && Caller.Role >= role;

    public void Begin(HttpContext http)
    {
        Caller = Access.Caller.Of(http);
        Csrf = antiforgery.GetAndStoreTokens(http).RequestToken ?? "";
    }
}
