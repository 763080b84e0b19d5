namespace Iot.EdgeAgent.Sensors.Shaping;

/// <summary>Patterns of reading names: <c>*</c> stands for any text, all else for itself.</summary>
internal static class NamePattern
{
    public static bool MatchesAny(IEnumerable<string> patterns, string name) => patterns.Any(pattern => Matches(pattern, name));

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var star = pattern.IndexOf('*');
        if (star < 0) return pattern.SequenceEqual(name);
        if (!name.StartsWith(pattern[..star], StringComparison.Ordinal)) return false;

        var rest = pattern[(star + 1)..];
        for (var from = star; from <= name.Length; from++)
            if (Matches(rest, name[from..])) return true;

        return false;
    }
}
