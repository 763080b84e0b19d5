namespace Iot.Gateway.Validation;

/// <summary>What is wrong with a schema file, and where.</summary>
/// <param name="Line">From 1; 0 when it concerns the whole file.</param>
/// <param name="Key">Path of keys, such as <c>metrics.temperature.min</c>; empty for the file itself.</param>
/// <param name="Message">What is wrong and what to do, one sentence.</param>
internal sealed record SchemaProblem(string File, int Line, string Key, string Message)
{
    public override string ToString() =>
        $"{File}{(Line > 0 ? $" line {Line}" : "")}{(Key.Length > 0 ? $", {Key}" : "")}: {Message}";
}
