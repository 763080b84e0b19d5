using System.Globalization;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>What happened in some lives, for the table of results: a campaign in which nothing happens proves nothing.</summary>
internal sealed class LifeTally
{
    public int Lives { get; private set; }

    public int Cuts { get; set; }

    public int CutsInRecovery { get; set; }

    public int Restarts { get; set; }

    /// <summary>Starts that ended at a failed sync, and were made again.</summary>
    public int StartsRefused { get; set; }

    /// <summary>How often books, gaps, dead letters and sinks were compared with the model.</summary>
    public int Comparisons { get; set; }

    public Dictionary<IngestResult, int> Answers { get; } = [];

    private int Records { get; set; }

    private int Points { get; set; }

    private int Written { get; set; }

    /// <summary>The end of one life.</summary>
    public void Add(JournalObserver observer, IReadOnlyList<ModelSink> sinks)
    {
        Lives++;
        Records += observer.Records.Count;
        Points += sinks.Sum(sink => sink.Stored.Count);
        Written += sinks.Sum(sink => sink.Writes);
    }

    public void Add(LifeTally other)
    {
        (Lives, Cuts, CutsInRecovery) = (Lives + other.Lives, Cuts + other.Cuts, CutsInRecovery + other.CutsInRecovery);
        (Restarts, StartsRefused) = (Restarts + other.Restarts, StartsRefused + other.StartsRefused);
        (Comparisons, Records, Points, Written) = (Comparisons + other.Comparisons, Records + other.Records, Points + other.Points, Written + other.Written);
        foreach (var (answer, count) in other.Answers) Answers[answer] = Answers.GetValueOrDefault(answer) + count;
    }

    /// <summary>Rows of a Markdown table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        | power cuts | {Cuts} |
        | of these while the gateway recovered from another | {CutsInRecovery} |
        | ordinary restarts | {Restarts} |
        | starts that ended at a failed sync, and were made again | {StartsRefused} |
        | lives | {Lives} |
        | comparisons of books, gaps, dead letters and sinks with the model | {Comparisons} |
        | messages answered: stored, duplicate, refused, full, failed | {string.Join(", ", Enum.GetValues<IngestResult>().Select(answer => Answers.GetValueOrDefault(answer)))} |
        | journal records | {Records} |
        | points in the two sinks at the end, values written to get there | {Points}, {Written} |
        """);
}
