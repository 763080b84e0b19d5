using System.Text;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>A database in this process behind real HTTP: keeps one value a point, and answers each body as a test says.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ScriptedServer _http;
    private readonly List<StandInBody> _bodies = [];
    private readonly Dictionary<(string Field, long TimeNs), object> _stored = [];
    private int _underWay;

    public StandInServer(int port = 0) => _http = new(() => Head ?? new ScriptedAnswer(0) { Judge = JudgeAsync }, port);

    public Uri Url => _http.Url;

    /// <summary>What becomes of a body; at first it is stored whole.</summary>
    public Func<StandInBody, Task<ScriptedAnswer>> Answer { get; set; } = Stores;

    /// <summary>Given to every request before its body is read, instead of <see cref="Answer"/>.</summary>
    public ScriptedAnswer? Head { get; set; }

    /// <summary>Every body received, in order of arrival.</summary>
    public IReadOnlyList<StandInBody> Bodies
    {
        get
        {
            lock (_gate) return [.. _bodies];
        }
    }

    public IReadOnlyDictionary<(string Field, long TimeNs), object> Stored
    {
        get
        {
            lock (_gate) return new Dictionary<(string, long), object>(_stored);
        }
    }

    /// <summary>Most requests that were under way at once.</summary>
    public int MostUnderWay { get; private set; }

    public static Task<ScriptedAnswer> Stores(StandInBody body)
    {
        body.Store(_ => true);
        return Task.FromResult(new ScriptedAnswer(204));
    }

    public void AnswerAlways(ScriptedAnswer answer) => Answer = _ => Task.FromResult(answer);

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private async Task<ScriptedAnswer> JudgeAsync(byte[] bytes)
    {
        var body = new StandInBody(Encoding.UTF8.GetString(bytes), Store);
        lock (_gate)
        {
            _bodies.Add(body);
            MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
        }

        try
        {
            return await Answer(body);
        }
        finally
        {
            lock (_gate) _underWay--;
        }
    }

    private void Store(ParsedLine line)
    {
        lock (_gate)
            foreach (var (field, value) in line.Fields) _stored[(field, line.TimeNs)] = value;
    }
}

/// <summary>The body of one request.</summary>
internal sealed class StandInBody(string text, Action<ParsedLine> store)
{
    public IReadOnlyList<string> Texts { get; } = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<ParsedLine> Lines { get; } = [.. TinyLineParser.Parse(text)];

    public int Bytes => text.Length;

    public IReadOnlyList<BadLine> Where(Func<ParsedLine, bool> isBad) =>
        [.. Texts.Select((line, i) => new BadLine(i + 1, line)).Where(line => isBad(Lines[line.Number - 1]))];

    public void Store(Func<ParsedLine, bool> wanted)
    {
        foreach (var line in Lines.Where(wanted)) store(line);
    }
}
