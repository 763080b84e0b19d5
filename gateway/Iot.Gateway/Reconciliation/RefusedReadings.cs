using Iot.Gateway.DeadLetters;
using Iot.Wire;

namespace Iot.Gateway.Reconciliation;

/// <summary>Writes down which readings a sink refused for good: nobody expects those there.</summary>
internal sealed class RefusedReadings(DeadLetterStore letters, ScratchDatabase scratch)
{
    private const int Page = 10_000;

    /// <remarks>What was requeued since is among them: whether that sink has it by now, its own record tells.</remarks>
    /// <returns>How many still count as refused.</returns>
    public long Take(string sink, DeviceId? device)
    {
        var (before, count) = (long.MaxValue, 0L);
        using var refused = scratch.Appender("refused");
        while (letters.List(new(device, Origin: sink, BeforeId: before, Limit: Page)) is { Count: > 0 } page)
        {
            foreach (var kept in page) refused.CreateRow().AppendValue(kept.Letter.Offset).AppendValue(kept.Letter.Index).EndRow();
            count += page.Count(kept => kept.State != LetterState.Requeued);
            before = page[^1].Id;
        }

        refused.Close();
        return count;
    }
}
