using System.Text;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

/// <summary>A server in memory that keeps the last value of every point and refuses bad lines in one of the ways servers do.</summary>
internal sealed class PickyServer(Func<ParsedLine, bool> isBad, RefusalStyle style, int maxBytes = int.MaxValue) : IInfluxServer
{
    public Dictionary<(string Measurement, long TimeNs, string Field), object> Stored { get; } = [];

    public int Requests { get; private set; }

    public int LinesReceived { get; private set; }

    public ValueTask<InfluxAnswer> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        Requests++;
        if (lines.Length > maxBytes) return ValueTask.FromResult(AnswerTable.Read(413, """{"error":"Request Entity Too Large"}""", null));

        var texts = Encoding.UTF8.GetString(lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var parsed = texts.Select(text => TinyLineParser.Parse(text + "\n").Single()).ToList();
        LinesReceived += parsed.Count;
        var bad = texts.Zip(parsed).Where(pair => isBad(pair.Second)).ToList();
        if (bad.Count == 0 || style.StoresRest) Store(parsed.Where(line => !isBad(line)));

        return ValueTask.FromResult(bad.Count == 0
            ? AnswerTable.Read(204, "", null)
            : AnswerTable.Read(style.Status, style.Words([.. bad.Select(pair => pair.First)]), null));
    }

    private void Store(IEnumerable<ParsedLine> lines)
    {
        foreach (var line in lines)
            foreach (var (field, value) in line.Fields) Stored[(line.Measurement, line.TimeNs, field)] = value;
    }
}

/// <summary>How a server says that lines are bad, and whether it stored the others.</summary>
internal sealed record RefusalStyle(int Status, bool StoresRest, Func<IReadOnlyList<string>, string> Words)
{
    /// <summary>Nothing stored, nothing named.</summary>
    public static readonly RefusalStyle Mute = new(400, false, _ => """{"code":"invalid","message":"invalid line protocol"}""");

    /// <summary>InfluxDB 2: nothing stored, the first named.</summary>
    public static readonly RefusalStyle V2 = new(400, false, bad => Json("code", "invalid", "message", $"unable to parse '{bad[0]}': bad"));

    /// <summary>InfluxDB 1.6: the rest stored, all named, a wrong count.</summary>
    public static readonly RefusalStyle V1 = new(400, true, bad =>
        Json("error", $"partial write: {string.Join('\n', bad.Select(line => $"unable to parse '{line}': bad"))} dropped=0"));

    /// <summary>The rest stored, none named, none counted.</summary>
    public static readonly RefusalStyle MutePartial = new(422, true, _ => """{"code":"unprocessable entity","message":"failure writing points to database"}""");

    /// <summary>InfluxDB 2: points outside retention, counted.</summary>
    public static readonly RefusalStyle Counted = new(422, true, bad =>
        Json("code", "unprocessable entity", "message", $"partial write: points beyond retention policy dropped={bad.Count}"));

    /// <summary>InfluxDB 2.0: an internal error that is none.</summary>
    public static readonly RefusalStyle V20 = Counted with { Status = 500 };

    /// <summary>InfluxDB 3: the rest stored, all named in a list.</summary>
    public static readonly RefusalStyle V3 = new(400, true, bad =>
        $$"""{"error":"partial write of line protocol occurred","data":[{{string.Join(',', bad.Select(line => Json("original_line", line, "error_message", "bad")))}}]}""");

    private static string Json(params string[] pairs) => System.Text.Json.JsonSerializer.Serialize(
        pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]));
}
