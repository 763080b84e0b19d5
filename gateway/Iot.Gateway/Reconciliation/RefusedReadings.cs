using Iot.Gateway.DeadLetters;
using Iot.Wire;

namespace Iot.Gateway.Reconciliation;

/// <summary>Writes down which readings a sink refused for good: nobody expects those there.</summary>
internal sealed class RefusedReadings(DeadLetterStore letters, ScratchDatabase scratch)
{
    private const int Page = 10_000;

    /// <returns>How many.</returns>
    public long Take(string sink, DeviceId? device)
    {
        var (before, count) = (long.MaxValue, 0L);
        using var refused = scratch.Appender("refused");
        while (letters.List(new(device, Origin: sink, BeforeId: before, Limit: Page)) is { Count: > 0 } page)
        {
            foreach (var kept in page) refused.CreateRow().AppendValue(kept.Letter.Offset).AppendValue(kept.Letter.Index).EndRow();
            count += page.Count;
            before = page[^1].Id;
        }

        refused.Close();
        return count;
    }
}
