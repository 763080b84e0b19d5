using System.Text.Json;

namespace Iot.Gateway.Influx;

/// <summary>Reads what a server answers: InfluxDB 1, 2 and 3, and what speaks like them.</summary>
/// <remarks>
/// <code>
/// 204, 2xx without a body   stored
/// 2xx with a body           not a write endpoint: a person
/// 3xx                       the address is wrong: a person (following it would turn POST into GET, and lose the body)
/// 400 about lines           malformed, nothing stored; "partial write" in it: the rest is stored (1.x, 3)
/// 400 about the request     a person: unknown or impossible database, precision, retention policy …
/// 401 402 403 404 405 …     a person
/// 408                       unavailable
/// 413                       too large
/// 422                       partial write (2: points outside retention, type conflicts)
/// 429, 503                  overloaded, Retry-After
/// 500 "partial write"       partial write (2.0)
/// 5xx                       unavailable, Retry-After
/// </code>
/// </remarks>
internal static class AnswerTable
{
    private const string Partial = "partial write";

    /// <summary>400s that no change of the lines would cure; bisecting them would refuse every reading.</summary>
    private static readonly string[] AboutTheRequest =
    [
        "not found", "is required", "precision", "retention policy", "unauthorized", "gzip", "unexpected EOF", "database name", "db name",
    ];

    public static InfluxAnswer Read(int status, string body, TimeSpan? retryAfter)
    {
        var (words, lines) = Said(body);
        InfluxAnswer answer = status switch
        {
            204 => new(AnswerKind.Stored, status, "", null),
            >= 200 and < 300 when body.Length == 0 => new(AnswerKind.Stored, status, "", null),
            >= 200 and < 300 => new(AnswerKind.NeedsPerson, status, $"not the answer of a write endpoint: {words}", null),
            400 => new(BadRequest(words), status, words, null),
            408 => new(AnswerKind.Unavailable, status, words, retryAfter),
            413 => new(AnswerKind.TooLarge, status, words, null),
            422 => new(AnswerKind.PartialWrite, status, words, null),
            429 or 503 => new(AnswerKind.Overloaded, status, words, retryAfter),
            500 when words.Contains(Partial, StringComparison.OrdinalIgnoreCase) => new(AnswerKind.PartialWrite, status, words, null),
            >= 500 => new(AnswerKind.Unavailable, status, words, retryAfter),
            _ => new(AnswerKind.NeedsPerson, status, words, retryAfter),
        };
        return answer with { Lines = lines };
    }

    private static AnswerKind BadRequest(string words)
    {
        if (words.Contains(Partial, StringComparison.OrdinalIgnoreCase)) return AnswerKind.PartialWrite;

        var aboutLines = words.Contains("unable to parse", StringComparison.OrdinalIgnoreCase);
        var aboutRequest = !aboutLines && AboutTheRequest.Any(sign => words.Contains(sign, StringComparison.OrdinalIgnoreCase));
        return aboutRequest ? AnswerKind.NeedsPerson : AnswerKind.Malformed;
    }

    /// <summary><c>{"error":"…"}</c> of 1.x, <c>{"code":…,"message":"…"}</c> of 2, <c>{"error":…,"data":[…]}</c> of 3, or the text as it is.</summary>
    private static (string Words, IReadOnlyList<NamedLine> Lines) Said(string body)
    {
        if (!body.StartsWith('{')) return (body.Trim(), []);

        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var said = Text(root, "message") ?? Text(root, "error") ?? body;
            if (!root.TryGetProperty("data", out var data)) return (said, []);

            List<JsonElement> entries = data.ValueKind switch
            {
                JsonValueKind.Array => [.. data.EnumerateArray()],
                JsonValueKind.Object => [data],
                _ => [],
            };
            return (said + string.Concat(entries.Select(Quote)), [.. entries.Where(HasNumber).Select(Named)]);
        }
        catch (JsonException)
        {
            return (body.Trim(), []); // cut off or not JSON: the words are all there is
        }
    }

    /// <summary>In the words of 1 and 2, which <see cref="Complaint"/> understands where there is no number.</summary>
    private static string Quote(JsonElement entry) => $"\nunable to parse '{Text(entry, "original_line")}': {Text(entry, "error_message")}";

    private static bool HasNumber(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("line_number", out var number) && number.TryGetInt32(out _);

    /// <summary>The number counts, not the text: 3 renders a line anew before it quotes it, without the quotation marks of strings, and cuts it.</summary>
    private static NamedLine Named(JsonElement entry) => new(entry.GetProperty("line_number").GetInt32(), Text(entry, "error_message") ?? "");

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
