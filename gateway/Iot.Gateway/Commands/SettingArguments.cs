namespace Iot.Gateway.Commands;

/// <summary>Settings on the command line: <c>--Section:Key value</c> or <c>--Section:Key=value</c>, behind any command.</summary>
internal static class SettingArguments
{
    /// <summary>One sentence for each word that is neither of a command nor of a setting.</summary>
    public static IEnumerable<string> Mistakes(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsKey(words[i])) yield return $"'{words[i]}' is not a command, an option or a setting (--Section:Key value).";
            else if (words[i].Contains('=', StringComparison.Ordinal)) continue;
            else if (++i == words.Count || IsKey(words[i])) yield return $"'{words[i - 1]}' has no value; write {words[i - 1]} VALUE.";
        }
    }

    private static bool IsKey(string word) =>
        word.StartsWith("--", StringComparison.Ordinal) && word.Contains(':', StringComparison.Ordinal);
}
