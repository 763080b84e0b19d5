namespace Iot.EdgeAgent.Configuring;

/// <summary>What is wrong with one setting, and what to do.</summary>
/// <param name="Key">Empty: the configuration as a whole.</param>
/// <param name="Value">Null when there is none to show, or it is a secret.</param>
internal sealed record ConfigProblem(string Key, string? Value, string Reason)
{
    /// <summary>Takes one of our sentences apart: <c>KEY = VALUE: REASON</c> or <c>KEY: REASON</c>.</summary>
    public static ConfigProblem Of(string sentence)
    {
        var equals = sentence.IndexOf(" = ", StringComparison.Ordinal);
        var colon = sentence.IndexOf(": ", Math.Max(0, equals), StringComparison.Ordinal);
        if (colon < 0) return new("", null, sentence);

        var key = sentence[..(equals < 0 ? colon : equals)];
        return key.Contains(' ', StringComparison.Ordinal)
            ? new("", null, sentence) // no key of ours: a file that cannot be read, for example
            : new(key, equals < 0 ? null : sentence[(equals + 3)..colon], sentence[(colon + 2)..]);
    }

    public static string Text(IReadOnlyList<ConfigProblem> problems) => string.Join(' ', problems);

    public override string ToString() => Key.Length == 0 ? Reason : Value is null ? $"{Key}: {Reason}" : $"{Key} = {Value}: {Reason}";
}
