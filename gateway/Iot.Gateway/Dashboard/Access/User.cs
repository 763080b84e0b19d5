using System.Text.RegularExpressions;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>A person of this gateway's own.</summary>
/// <param name="Password">Its hash, see <see cref="Passwords"/>.</param>
/// <param name="Stamp">Changes when password, role or state do: sessions with another one are over.</param>
internal sealed partial record User(string Name, Role Role, string Password, bool IsDisabled, string Stamp, DateTimeOffset CreatedAt, DateTimeOffset? LastSignIn)
{
    public const string AllowedName = "must be 1 to 64 of A-Z a-z 0-9 . _ @ -, the first a letter or digit";
    public const int ShortestPassword = 12;
    public const int LongestPassword = 128;

    public static bool IsName(string? text) => text is not null && Name_().IsMatch(text);

    /// <returns>Null when it can be used; else what would have been taken, as a phrase.</returns>
    public static string? PasswordProblem(string name, string? password) => password switch
    {
        null or { Length: < ShortestPassword or > LongestPassword } => $"must have {ShortestPassword} to {LongestPassword} characters",
        _ when password.Contains(name, StringComparison.OrdinalIgnoreCase) && password.Length < name.Length + 8 => "must not be made of the name",
        _ when password.Distinct().Count() < 5 => "must have at least 5 different characters",
        _ => null,
    };

    public override string ToString() => Name; // never the hash

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name_();
}

/// <summary>Why a user was not changed.</summary>
internal enum UserRefusal
{
    None,
    NoSuchUser,
    NameTaken,

    /// <summary>Nobody could undo it.</summary>
    LastAdmin,
    TooMany,
}
