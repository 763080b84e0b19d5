namespace Iot.Gateway.Dashboard.Access;

/// <summary>The page that somebody asked for before he signed in, with what it shows: he gets it afterwards.</summary>
internal static class ReturnPath
{
    /// <summary>Of the query and of the form.</summary>
    public const string Parameter = "to";

    private const int Longest = 2048;

    /// <summary>Where he signs in, or goes straight through with the session that he has.</summary>
    public static string SignInFor(HttpRequest request) =>
        Of(request.Path.ToUriComponent() + request.QueryString.ToUriComponent()) is var asked and not "/" ? $"/sign-in?{Parameter}={Uri.EscapeDataString(asked)}" : "/sign-in";

    /// <summary>A path of ours as it may stand in a header; the overview for everything else, above all for another site.</summary>
    public static string Of(string? asked) =>
        asked is ['/', .. var rest] && asked.Length <= Longest && rest is not ['/' or '\\', ..] && asked.All(c => c is > ' ' and <= '~') ? asked : "/";
}
