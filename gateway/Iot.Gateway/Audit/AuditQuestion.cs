namespace Iot.Gateway.Audit;

/// <summary>Which entries are meant.</summary>
/// <param name="Kind">An act's name or its start, <c>mqtt</c> or <c>mqtt.publish</c>; null for all.</param>
/// <param name="Subject">Who, or where nobody is named the remote address; null for all.</param>
/// <param name="Result"><c>ok</c>, <c>refused</c> or <c>failed</c>; null for all.</param>
/// <param name="Before">Only entries with a smaller number: where a page before ended.</param>
internal sealed record AuditQuestion(DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Kind = null, string? Subject = null, long? Before = null, int Limit = 100, string? Result = null)
{
    private static readonly char[] Separators = ['/', ' ', '?', '&', '='];

    /// <summary>Only what it did, or what was done to it; null for all.</summary>
    public string? Device { get; init; }

    public bool Means(AuditEntry entry) =>
        (Until is not { } until || entry.Time < until)
        && (Before is not { } before || entry.Seq < before)
        && (Result is null || entry.Result.Equals(Result, StringComparison.Ordinal))
        && (Kind is null || entry.Act.Equals(Kind, StringComparison.Ordinal) || entry.Act.StartsWith(Kind + ".", StringComparison.Ordinal))
        && (Device is null || Device.Equals(entry.Who, StringComparison.Ordinal) || Names(entry.On, Device))
        && (Subject is null || Subject.Equals(entry.Who, StringComparison.Ordinal) || Subject.Equals(AddressOf(entry.From), StringComparison.Ordinal) || Subject.Equals(entry.From, StringComparison.Ordinal));

    /// <summary>Between the slashes of a path or a topic, or in a query.</summary>
    private static bool Names(string? on, string device) => on is not null && on.Split(Separators).Contains(device, StringComparer.Ordinal);

    /// <summary>Without its port, which nobody knows who asks.</summary>
    private static string? AddressOf(string? from) =>
        System.Net.IPEndPoint.TryParse(from ?? "", out var remote) ? remote.Address.ToString() : from;
}

/// <param name="Next">Ask again with before = this; null when there are no more.</param>
internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Next);
