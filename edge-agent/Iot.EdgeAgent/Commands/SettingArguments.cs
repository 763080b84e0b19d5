namespace Iot.EdgeAgent.Commands;

/// <summary>Parts the command line into commands with their options, and <c>--Section:Key value</c> settings.</summary>
internal sealed record SettingArguments(string[] Commands, string[] Settings)
{
    /// <returns>Null with a reason when a setting lacks its value.</returns>
    public static SettingArguments? TryParse(IReadOnlyList<string> arguments, out string whyNot)
    {
        var (commands, settings) = (new List<string>(), new List<string>());
        whyNot = "";
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!IsSetting(argument))
            {
                commands.Add(argument);
                continue;
            }

            settings.Add(argument);
            if (argument.Contains('=', StringComparison.Ordinal)) continue;

            if (++i == arguments.Count)
            {
                whyNot = $"{argument}, on the command line: it has no value; write {argument} VALUE.";
                return null;
            }

            settings.Add(arguments[i]);
        }

        return new([.. commands], [.. settings]);
    }

    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.Split('=', 2)[0].Contains(':', StringComparison.Ordinal);
}
