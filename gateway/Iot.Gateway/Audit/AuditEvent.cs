namespace Iot.Gateway.Audit;

/// <summary>One thing that happened. Nothing secret belongs here: no key, no password, no token, no payload.</summary>
/// <param name="Act">What.</param>
/// <param name="Who">Device, client, user or key by name; <c>local</c> for this machine. Empty when nobody is known.</param>
/// <param name="From">Remote address, as far as there is one.</param>
/// <param name="On">On what: a topic, a path, a sink.</param>
/// <param name="Detail">Why, or how much; a few words.</param>
/// <param name="Count">How many entries a summary stands for.</param>
internal sealed record AuditEvent(
    AuditAct Act, string Who = "", string From = "", string On = "", AuditResult Result = AuditResult.Ok, string Detail = "", long? Count = null)
{
    /// <summary>Longest of each text, in characters. With all of them escaped an entry stays below 8 KiB.</summary>
    public const int MaxText = 256;

    /// <summary>Whom a flood is blamed on.</summary>
    public string Subject => Who.Length > 0 ? Who : From;

    /// <summary>With every text cut to what an entry may hold.</summary>
    public AuditEvent Bounded() => IsShort(Who) && IsShort(From) && IsShort(On) && IsShort(Detail)
        ? this
        : this with { Who = Cut(Who), From = Cut(From), On = Cut(On), Detail = Cut(Detail) };

    private static bool IsShort(string text) => text.Length <= MaxText;

    private static string Cut(string text) => IsShort(text) ? text : text[..(MaxText - 1)] + "…";
}

internal enum AuditResult
{
    Ok,
    Refused,
    Failed,
}
