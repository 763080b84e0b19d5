using System.Text.Json;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>The words in which one kind of server answers, and how it is addressed.</summary>
internal abstract class ServerStyle
{
    private static readonly Dictionary<string, ServerStyle> All = new() { ["V1"] = new Version1(), ["V2"] = new Version2(), ["V3"] = new Version3() };

    /// <summary>InfluxDB 1.x; InfluxDB 2; InfluxDB 3 by the API of 2.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    public static ServerStyle Of(string name) => All[name];

    /// <summary>Keys of section Influx.</summary>
    public abstract IReadOnlyList<string> Settings { get; }

    /// <summary>Nothing is stored; the first bad line is named.</summary>
    public abstract ScriptedAnswer Malformed(IReadOnlyList<BadLine> bad);

    /// <summary>All but the bad lines are stored.</summary>
    public abstract ScriptedAnswer PartialWrite(IReadOnlyList<BadLine> bad);

    /// <summary>All but the lines that write text where numbers are.</summary>
    public abstract ScriptedAnswer TypeConflict(IReadOnlyList<BadLine> bad, string field);

    /// <summary>Any other answer with these words.</summary>
    public virtual ScriptedAnswer Plain(int status, string words) => new(status, Json(new { error = words }));

    protected static string Json(object body) => JsonSerializer.Serialize(body);

    private sealed class Version1 : ServerStyle
    {
        public override IReadOnlyList<string> Settings { get; } = ["Api=V1", "Database=iot"];

        public override ScriptedAnswer Malformed(IReadOnlyList<BadLine> bad) => Plain(400, $"unable to parse '{bad[0].Text}': bad number");

        public override ScriptedAnswer PartialWrite(IReadOnlyList<BadLine> bad) =>
            Plain(400, $"partial write: {string.Join('\n', bad.Select(line => $"unable to parse '{line.Text}': bad number"))} dropped=0");

        public override ScriptedAnswer TypeConflict(IReadOnlyList<BadLine> bad, string field) =>
            Plain(400, $"partial write: {Conflict(bad, field)}");
    }

    private sealed class Version2 : ServerStyle
    {
        public override IReadOnlyList<string> Settings { get; } = ["Api=V2", "Org=o", "Bucket=iot"];

        public override ScriptedAnswer Malformed(IReadOnlyList<BadLine> bad) => Plain(400, $"unable to parse '{bad[0].Text}': bad number");

        /// <summary>Names no line, only how many.</summary>
        public override ScriptedAnswer PartialWrite(IReadOnlyList<BadLine> bad) =>
            Plain(422, $"failure writing points to database: partial write: points beyond retention policy dropped={bad.Count}");

        public override ScriptedAnswer TypeConflict(IReadOnlyList<BadLine> bad, string field) =>
            Plain(422, $"failure writing points to database: partial write: {Conflict(bad, field)}");

        public override ScriptedAnswer Plain(int status, string words) => new(status, Json(new { code = "some code", message = words }));
    }

    private sealed class Version3 : ServerStyle
    {
        public override IReadOnlyList<string> Settings { get; } = ["Api=V2", "Bucket=iot"];

        public override ScriptedAnswer Malformed(IReadOnlyList<BadLine> bad) =>
            new(400, Json(new { error = "parsing failed for write_lp endpoint", data = Entry(bad[0], "bad number") }));

        public override ScriptedAnswer PartialWrite(IReadOnlyList<BadLine> bad) => Partial(bad, "bad number");

        public override ScriptedAnswer TypeConflict(IReadOnlyList<BadLine> bad, string field) =>
            Partial(bad, $"invalid column type for column '{field}', expected iox::column_type::field::float, got iox::column_type::field::string");

        private static ScriptedAnswer Partial(IReadOnlyList<BadLine> bad, string why) =>
            new(400, Json(new { error = "partial write of line protocol occurred", data = bad.Take(100).Select(line => Entry(line, why)) }));

        /// <summary>The line is rendered anew, without the quotation marks of strings, and cut.</summary>
        private static object Entry(BadLine line, string why)
        {
            var rendered = line.Text.Replace("\"", "", StringComparison.Ordinal);
            return new { original_line = rendered[..Math.Min(rendered.Length, 60)], line_number = line.Number, error_message = why };
        }
    }

    private static string Conflict(IReadOnlyList<BadLine> bad, string field) =>
        $"field type conflict: input field \"{field}\" on measurement \"telemetry\" is type string, already exists as type float dropped={bad.Count}";
}

/// <summary>A line as the server saw it.</summary>
/// <param name="Number">In its body, from 1.</param>
internal sealed record BadLine(int Number, string Text);
