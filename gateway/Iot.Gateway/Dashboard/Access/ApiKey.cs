using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Iot.Gateway.Certificates;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>A key of a program; of its text only a hash is kept, and the first letters to recognise it by.</summary>
internal sealed record ApiKey(
    long Id, string Name, string Shown, Fingerprint Hash, Role Role, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsed, DateTimeOffset? RevokedAt)
{
    public const int LongestName = 64;
    public const string AllowedName = "must be 1 to 64 characters of one line";

    private const string Mark = "iotk_";
    private const int SecretSize = 32;
    private const int ShownLength = 11;

    public static bool IsName(string? text) => text is { Length: > 0 and <= LongestName } && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]) && !text.Any(char.IsControl);

    /// <summary>256 random bits: nobody guesses one, so guesses are counted and not locked out.</summary>
    public static string NewText() => Mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretSize));

    public static string ShownOf(string text) => text[..ShownLength];

    public static Fingerprint HashOf(string text) => Fingerprint.Of(Encoding.UTF8.GetBytes(text));

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);
}
