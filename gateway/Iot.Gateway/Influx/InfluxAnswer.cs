using System.Runtime.InteropServices;

namespace Iot.Gateway.Influx;

/// <summary>What an answer means for the lines that were sent. Also a metric tag.</summary>
internal enum AnswerKind
{
    /// <summary>All lines are stored.</summary>
    Stored,

    /// <summary>At least one line is bad, and none was stored: find the bad ones, send the others.</summary>
    Malformed,

    /// <summary>Bad lines were left out and all others stored: find the bad ones, send nothing but suspects.</summary>
    PartialWrite,

    /// <summary>Nothing was stored because the body is too large: send it in halves.</summary>
    TooLarge,

    /// <summary>The server asks for patience: the same body again later.</summary>
    Overloaded,

    /// <summary>No answer, or one that says nothing about the lines: the same body again later.</summary>
    Unavailable,

    /// <summary>Token, database or address is wrong: everything is kept until a person has put it right.</summary>
    NeedsPerson,
}

/// <summary>A line that a server found bad.</summary>
/// <param name="Number">Of the body that was sent, counted from 1.</param>
/// <param name="Why">What the server said of this one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NamedLine(int Number, string Why);

/// <summary>One answer of the server to one body, as a value.</summary>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Words">What the server said, or what broke; may quote lines of the body. Empty when stored.</param>
/// <param name="RetryAfter">How long the server asks to be left alone; null when it does not.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InfluxAnswer(AnswerKind Kind, int Status, string Words, TimeSpan? RetryAfter)
{
    /// <summary>Lines that the server named by number, as 3 does; empty when it did not.</summary>
    public IReadOnlyList<NamedLine> Lines { get; init; } = [];

    /// <summary>Counts as a failure of the circuit, and is worth another attempt.</summary>
    public bool MayPass => Kind is AnswerKind.Overloaded or AnswerKind.Unavailable;

    public static InfluxAnswer Broken(string words) => new(AnswerKind.Unavailable, 0, words, null);

    /// <summary>Words for people: one line, at most 500 characters.</summary>
    public string Brief
    {
        get
        {
            var words = Words.ReplaceLineEndings(" ");
            return $"{(Status == 0 ? "" : $"{Status} ")}{(words.Length <= 500 ? words : words[..500] + "…")}";
        }
    }
}
