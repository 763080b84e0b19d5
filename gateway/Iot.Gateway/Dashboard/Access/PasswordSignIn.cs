using System.Net;
using System.Security.Cryptography;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>A name and a password: who is it? The answer takes the same time and says the same whether or not there is such a user.</summary>
internal sealed class PasswordSignIn(Users users, Passwords passwords, SignInLimit limit)
{
    private string? _ofNobody;

    public async Task<(SignInOutcome Result, User? User, TimeSpan Wait)> TryAsync(string name, string password, IPAddress from, CancellationToken cancellation)
    {
        var isName = User.IsName(name);
        if (limit.Begin(isName ? name : null, from) is var wait && wait > TimeSpan.Zero) return (SignInOutcome.LockedOut, null, wait);

        var user = isName ? users.Find(name) : null;
        var verdict = (_ofNobody ??= await passwords.HashAsync(RandomNumberGenerator.GetHexString(32), cancellation)) is { } ofNobody
            ? await passwords.VerifyAsync(user?.Password ?? ofNobody, password.Length <= User.LongestPassword ? password : "", cancellation)
            : PasswordVerdict.TooMany;
        if (verdict == PasswordVerdict.TooMany)
        {
            limit.NotLookedAt(isName ? name : null, from);
            return (SignInOutcome.Busy, null, default);
        }

        if (verdict == PasswordVerdict.Wrong || user is null or { IsDisabled: true }) return (SignInOutcome.Refused, null, default);

        limit.Succeeded(name, from);
        if (verdict == PasswordVerdict.RightButOld && await passwords.HashAsync(password, cancellation) is { } renewed) users.Renew(user, renewed);
        return (SignInOutcome.Ok, user, default);
    }
}
