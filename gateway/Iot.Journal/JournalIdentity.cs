namespace Iot.Journal;

/// <summary>Which journal a directory holds, when its segments do not agree. One rule for opening and for looking.</summary>
internal static class JournalIdentity
{
    /// <summary>The identity that most segments carry; among equals, that of the newest.</summary>
    /// <param name="segments">Those whose header and name agree; 0 for a header that is unreadable.</param>
    /// <returns>0 when none tells.</returns>
    public static ulong Of(IEnumerable<(ulong Identity, ulong FirstOffset)> segments) => segments
        .Where(segment => segment.Identity != 0)
        .GroupBy(segment => segment.Identity)
        .OrderByDescending(group => group.Count())
        .ThenByDescending(group => group.Max(segment => segment.FirstOffset))
        .Select(group => group.Key)
        .FirstOrDefault();
}
