namespace Iot.Gateway.Commands;

/// <summary>A command line taken apart: <c>--Section:Key value</c> and <c>--Section:Key=value</c>, and <c>--Sinks</c>, are settings, the rest is the command's.</summary>
internal sealed class SettingArguments
{
    private SettingArguments(List<string> command, List<string> settings, List<string> mistakes) =>
        (Command, Settings, Mistakes) = (command, settings, mistakes);

    public IReadOnlyList<string> Command { get; }

    /// <summary>For the configuration, in the order given.</summary>
    public IReadOnlyList<string> Settings { get; }

    /// <summary>One sentence for each setting without a value.</summary>
    public IReadOnlyList<string> Mistakes { get; }

    public static SettingArguments Split(IReadOnlyList<string> words)
    {
        var (command, settings, mistakes) = (new List<string>(), new List<string>(), new List<string>());
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsKey(words[i]))
            {
                command.Add(words[i]);
                continue;
            }

            settings.Add(words[i]);
            if (words[i].Contains('=', StringComparison.Ordinal)) continue;

            if (i + 1 < words.Count && !IsKey(words[i + 1])) settings.Add(words[++i]);
            else mistakes.Add($"'{words[i]}' has no value; write {words[i]} VALUE.");
        }

        return new(command, settings, mistakes);
    }

    private static bool IsKey(string word)
    {
        var name = word.Split('=')[0];
        return name.StartsWith("--", StringComparison.Ordinal)
            && (name.Contains(':', StringComparison.Ordinal) || name.Equals("--Sinks", StringComparison.OrdinalIgnoreCase));
    }
}
