using System.Net;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>The lines about sign-ins that came to nothing: a <see cref="QuietKind"/> of line for each outcome, and one for the provider.</summary>
/// <remarks>Strangers cause them, and must not be able to fill the log. The audit log and the metrics have all. Thread-safe.</remarks>
internal sealed class SignInLog(TimeProvider clock, ILogger<SignInLog> logger)
{
    private const int LongestReason = 512;

    private readonly QuietKind[] _kinds = [.. Enum.GetValues<SignInOutcome>().Select(_ => new QuietKind())];
    private readonly QuietKind _provider = new();

    public void Refused(IPAddress? from, SignInOutcome result)
    {
        if (_kinds[(int)result].MaySpeak(clock, out var suppressed)) logger.SignInRefused(from, result, suppressed);
    }

    public void ProviderRefused(string reason)
    {
        if (_provider.MaySpeak(clock, out var suppressed)) logger.ProviderRefused(Readable(reason), suppressed);
    }

    /// <summary>With what lies behind it.</summary>
    public void ProviderRefused(Exception cause)
    {
        var reason = cause.Message;
        for (var inner = cause.InnerException; inner is not null && reason.Length < LongestReason; inner = inner.InnerException) reason += $" {inner.Message}";
        ProviderRefused(reason);
    }

    /// <summary>Parts of it may be what somebody put into an address.</summary>
    private static string Readable(string reason) => new([.. reason.Take(LongestReason).Select(letter => char.IsControl(letter) ? ' ' : letter)]);
}
