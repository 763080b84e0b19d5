using System.Net;
using Iot.Gateway.Dashboard.Access;

namespace Iot.Gateway.Dashboard;

/// <summary>All that pages, API and live feed say. Event ids 2200–2299.</summary>
internal static partial class DashboardLog
{
    [LoggerMessage(2200, LogLevel.Warning,
        "Http:AllowAnonymous is true: whoever reaches {Url} may read every reading. None can be changed from there.")]
    public static partial void OpenToAll(this ILogger logger, Uri url);

    [LoggerMessage(2201, LogLevel.Warning,
        "{Url} can be reached from other machines but nobody can sign in yet, so they get 401; readings are taken and delivered as always. Make the first admin at /setup, or set Http:ApiKey or Http:ApiKeyFile.")]
    public static partial void ClosedToOthers(this ILogger logger, Uri url);

    [LoggerMessage(2202, LogLevel.Warning, "A sign-in from {Address} was turned away ({Result}); nothing was shown. {Suppressed} like it since the last such line.")]
    public static partial void SignInRefused(this ILogger logger, IPAddress? address, SignInOutcome result, long suppressed);

    [LoggerMessage(2203, LogLevel.Error,
        "The live feed stopped: {Reason} Pages show no new values until a restart; every reading still goes to disk and to the sinks.")]
    public static partial void LiveFeedStopped(this ILogger logger, Exception cause, string reason);

    [LoggerMessage(2204, LogLevel.Warning,
        "The live feed holds {Series} series, as many as it may; later ones are not shown live, and are stored as always.")]
    public static partial void LiveFeedIsFull(this ILogger logger, int series);

    [LoggerMessage(2205, LogLevel.Warning, "A query was not answered: {Reason} Nothing stored is affected.")]
    public static partial void QueryFailed(this ILogger logger, Exception cause, string reason);

    [LoggerMessage(2206, LogLevel.Error, "No certificate could be given: {Reason} The device may ask again; no reading is affected.")]
    public static partial void EnrollmentFailed(this ILogger logger, Exception cause, string reason);

    [LoggerMessage(2207, LogLevel.Warning, "There is no admin yet. Make one at {Page} with the setup code {Code}, once; until the next start it is also in '{File}'. Readings are taken meanwhile.")]
    public static partial void SetupOffered(this ILogger logger, Uri page, string code, string file);

    [LoggerMessage(2208, LogLevel.Warning, "When keys were used last could not be written: {Reason} It is tried again in a minute; no key is affected.")]
    public static partial void UseNotWritten(this ILogger logger, Exception cause, string reason);

    [LoggerMessage(2209, LogLevel.Warning, "The OpenID provider let somebody in whom we do not, or its answer cannot be used: {Reason} Nobody was signed in; users and keys of the gateway's own still can. {Suppressed} like it since the last such line.")]
    public static partial void ProviderRefused(this ILogger logger, string reason, long suppressed);

    [LoggerMessage(2210, LogLevel.Warning,
        "Nobody has set up sign-in: whoever reaches {Url} from this machine is an admin, and so is whoever comes through a tunnel or a proxy here that does not say so. Make the first admin at /setup. Readings are taken meanwhile.")]
    public static partial void OpenToThisMachine(this ILogger logger, Uri url);

    [LoggerMessage(2220, LogLevel.Warning, "An HTTP connection from {Remote} was closed at once: there are as many as Limits:{Setting} says. Those that are open, and MQTT, go on. {Suppressed} like it since the last such line.")]
    public static partial void TooManyHttpConnections(this ILogger logger, EndPoint? remote, string setting, long suppressed);
}
