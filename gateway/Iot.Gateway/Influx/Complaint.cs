using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Iot.Gateway.Influx;

/// <summary>What an answer says about single lines: which it names, which it may mean, and whether there can be others.</summary>
/// <remarks>
/// <code>
/// "line_number": 7                                               names a line, in 3; all of them up to 100
/// unable to parse 'line': why                                    names lines by quoting them; all of them, in 1.x
/// input field "f" on measurement "m" is type string, …          may mean each line with such a field
/// dropped=3                                                     how many lines it means
/// </code>
/// </remarks>
internal sealed partial class Complaint
{
    /// <summary>3 lists no more than this many bad lines; then there may be others.</summary>
    private const int MostListed = 100;

    private const string Quoted = "unable to parse '";
    private const long HourNs = 3_600_000_000_000;

    private readonly HashSet<int> _named = [];
    private readonly Dictionary<int, string> _why = [];
    private HashSet<int>? _suspects;

    /// <summary>No line but the named ones can be bad.</summary>
    public bool IsComplete { get; private set; }

    public bool HasNames => _named.Count > 0;

    /// <summary>The first line named; -1 for none.</summary>
    public int FirstNamed => _named.Count == 0 ? -1 : _named.Min();

    /// <summary>Line numbers count from the start of the range that was sent.</summary>
    public bool Names(int line) => _named.Contains(line);

    /// <summary>True for a line that is not named and may be bad all the same.</summary>
    public bool Suspects(int line) => !IsComplete && !Names(line) && (_suspects is null || _suspects.Contains(line));

    /// <summary>What the server said of one line; null when it said nothing of this one alone.</summary>
    public string? Why(int line) => _why.GetValueOrDefault(line);

    public static Complaint Read(in InfluxAnswer answer, LineRange sent) =>
        answer.Lines.Count > 0 && answer.Lines.All(line => line.Number >= 1 && line.Number <= sent.Count) ? Read(answer.Lines) : Read(answer.Words, sent);

    private static Complaint Read(IReadOnlyList<NamedLine> lines)
    {
        var complaint = new Complaint { IsComplete = lines.Count < MostListed };
        foreach (var line in lines)
        {
            complaint._named.Add(line.Number - 1);
            complaint._why.TryAdd(line.Number - 1, line.Why);
        }

        return complaint;
    }

    public static Complaint Read(string words, LineRange sent)
    {
        var complaint = new Complaint();
        complaint.ReadQuotes(words, sent);
        if (!complaint.HasNames) complaint.ReadCount(words, sent);
        return complaint;
    }

    private void ReadQuotes(string words, LineRange sent)
    {
        var text = Encoding.UTF8.GetBytes(words).AsSpan();
        var (quotes, known) = (0, 0);
        for (int at; (at = text.IndexOf(Encoding.ASCII.GetBytes(Quoted))) >= 0;)
        {
            text = text[(at + Quoted.Length)..];
            quotes++;
            var before = _named.Count;
            for (var i = 0; i < sent.Count; i++)
                if (IsQuoted(text, sent.Body.Line(sent.First + i))) _named.Add(i);

            if (_named.Count > before) known++;
        }

        IsComplete = quotes > 0 && quotes < MostListed && known == quotes && words.Length < InfluxHttp.MaxAnswerBytes;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> text, ReadOnlySpan<byte> line) =>
        text.Length > line.Length && text[line.Length] == '\'' && text.StartsWith(line);

    /// <summary>The count covers one shard only, the first that failed: it is trusted when all lines lie in one hour, the shortest shard.</summary>
    private void ReadCount(string words, LineRange sent)
    {
        var conflict = FieldConflict().Match(words);
        if (conflict.Success)
        {
            var lines = Enumerable.Range(0, sent.Count).Where(i => IsInConflict(sent, i, conflict)).ToHashSet();
            if (lines.Count > 0) _suspects = lines;
        }

        var dropped = Dropped().Match(words);
        var count = dropped.Success ? int.Parse(dropped.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (!InOneHour(sent))
        {
            _suspects = null;
            return;
        }

        if (count != (_suspects?.Count ?? sent.Count))
        {
            if (count > (_suspects?.Count ?? 0)) _suspects = null; // it means other fields as well
            return;
        }

        _named.UnionWith(_suspects ?? Enumerable.Range(0, sent.Count));
        IsComplete = true;
    }

    private static bool IsInConflict(LineRange sent, int index, Match conflict)
    {
        var line = sent.Body.Line(sent.First + index);
        var start = sent.Body.StartOf(sent.First + index);
        if (!line.StartsWith(Escaped(conflict.Groups["measurement"].Value, LineEscaping.Measurement))) return false;

        var field = Escaped(conflict.Groups["field"].Value, LineEscaping.Key);
        foreach (var part in sent.Body.PartsOf(sent.First + index))
        {
            var value = line[(part.Start - start)..];
            if (!value.StartsWith(field) || value[field.Length] != '=') continue;
            if (conflict.Groups["type"].ValueSpan.SequenceEqual(TypeOf(value[field.Length + 1]))) return true;
        }

        return false;
    }

    private delegate int Escape(ReadOnlySpan<byte> from, Span<byte> to);

    private static byte[] Escaped(string name, Escape escape)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var to = new byte[utf8.Length * LineEscaping.Growth];
        return to[..escape(utf8, to)];
    }

    private static string TypeOf(byte first) => first switch
    {
        (byte)'"' => "string",
        (byte)'t' or (byte)'f' => "boolean",
        _ => "float",
    };

    private static bool InOneHour(LineRange sent)
    {
        var hour = long.MinValue;
        for (var i = 0; i < sent.Count; i++)
        {
            var line = sent.Body.Line(sent.First + i);
            if (!Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out long time, out _)) return false;

            var its = Math.DivRem(time, HourNs).Quotient;
            if (hour != long.MinValue && its != hour) return false;

            hour = its;
        }

        return true;
    }

    [GeneratedRegex("input field \"(?<field>.+?)\" on measurement \"(?<measurement>.+?)\" is type (?<type>[a-z]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FieldConflict();

    [GeneratedRegex("dropped=(?<count>[0-9]{1,9})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dropped();
}
