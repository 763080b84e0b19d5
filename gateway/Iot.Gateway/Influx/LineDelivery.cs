using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>Brings lines to the server, whatever it finds wrong with some of them: each is stored, or refused with its words.</summary>
/// <remarks>
/// Costs at most 2·log2(n)+1 requests beyond the first for each bad line of n: halves go out until the bad line stands alone, and a
/// half need not be sent whole when the other was found good. Lines that an answer names cost less. Lines go out in their order.
/// Made for one write; not thread-safe.
/// </remarks>
internal sealed class LineDelivery(InfluxCircuit circuit, BodyLimit limit, CancellationToken cancellation)
{
    /// <summary>In 1.x and 2; in 3.</summary>
    private static readonly string[] TypeConflict = ["type conflict", "invalid column type"];

    private readonly List<RefusedReading> _refused = [];

    public IReadOnlyList<RefusedReading> Refused => _refused;

    /// <summary>HTTP requests made, those without an answer included.</summary>
    public int Requests { get; private set; }

    /// <returns>True when all lines were stored at once.</returns>
    public async Task<bool> SendAsync(LineRange range)
    {
        if (range.Count == 0) return true;

        var (answer, attempts) = await circuit.SendAsync(range, cancellation);
        Requests += attempts;
        switch (answer.Kind)
        {
            case AnswerKind.Stored:
                return true;

            case AnswerKind.TooLarge when range.Count > 1:
                limit.Lower(range.Bytes / 2);
                await SendHalvesAsync(range);
                return false;

            case AnswerKind.Malformed when range.Count > 1:
                await FindMalformedAsync(range, answer);
                return false;

            case AnswerKind.PartialWrite when range.Count > 1:
                await FindLeftOutAsync(range, answer);
                return false;

            default:
                await RefuseAsync(range, answer);
                return false;
        }
    }

    private async Task SendHalvesAsync(LineRange range)
    {
        var (left, right) = range.Halves();
        await SendAsync(left);
        await SendAsync(right);
    }

    /// <summary>Nothing of the range is stored yet.</summary>
    private async Task FindMalformedAsync(LineRange range, InfluxAnswer answer)
    {
        var complaint = Complaint.Read(answer, range);
        if (!complaint.HasNames)
        {
            await BisectAsync(range);
            return;
        }

        // Lines of several readings stay, since some of those are good, and are taken apart in their turn.
        using var rest = range.Gather(i => !complaint.Names(i) || range.Line(i).Readings > 1);
        if (rest.Lines == range.Count)
        {
            var before = range with { Count = complaint.FirstNamed };
            var bad = range.Line(before.Count);
            await SendAsync(before);
            await RefuseAsync(bad, Of(answer, complaint.Why(before.Count)));
            await SendHalvesAsync(range.After(before).After(bad));
            return;
        }

        for (var i = 0; i < range.Count; i++)
            if (complaint.Names(i) && range.Line(i).Readings == 1) await RefuseAsync(range.Line(i), Of(answer, complaint.Why(i)));

        // In halves, because servers that name one line at a time would get the whole rest again and again.
        await SendHalvesAsync(rest.All);
    }

    /// <summary>All but the bad lines of the range are stored: only suspects are sent again.</summary>
    private async Task FindLeftOutAsync(LineRange range, InfluxAnswer answer)
    {
        var complaint = Complaint.Read(answer, range);
        var again = new SentAgain(range, i => complaint.Names(i) ? range.Line(i).Readings > 1 : complaint.Suspects(i));
        for (var i = 0; i < range.Count; i++)
        {
            if (complaint.Names(i) && (complaint.IsComplete || !again.Contains(i))) await RefuseAsync(range.Line(i), Of(answer, complaint.Why(i)));
            else if (complaint.IsComplete && again.Contains(i)) await SendAsync(range.Line(i));
        }

        if (complaint.IsComplete) return;

        using var suspects = range.Gather(again.Contains);
        if (complaint.HasNames && suspects.Lines < range.Count) await SendAsync(suspects.All); // without the named there may be no bad one left
        else await BisectAsync(suspects.All);
    }

    /// <summary>At least one line of the range is bad.</summary>
    private async Task BisectAsync(LineRange range)
    {
        while (range.Count > 1)
        {
            var (left, right) = range.Halves();
            if (!await SendAsync(left))
            {
                await SendAsync(right);
                return;
            }

            range = right; // the bad one must be in here
        }

        await SendAsync(range);
    }

    /// <summary>One line is bad: with several readings they are tried one by one, so that the good ones are kept.</summary>
    private async Task RefuseAsync(LineRange line, InfluxAnswer answer)
    {
        if (line.Readings > 1)
        {
            using var apart = line.ByReading();
            await SendAsync(apart.All);
            return;
        }

        var index = line.Body.PartsOf(line.First)[0].Index;
        _refused.Add(new(line.Body.OffsetOf(line.First), index, Reason(answer), answer.Brief));
    }

    /// <summary>With the words about one line instead of all, where the server gave any.</summary>
    private static InfluxAnswer Of(InfluxAnswer answer, string? why) => why is null ? answer : answer with { Words = why };

    private static RejectReason Reason(InfluxAnswer answer)
    {
        if (answer.Kind == AnswerKind.TooLarge) return RejectReason.SinkTooLarge;

        return TypeConflict.Any(words => answer.Words.Contains(words, StringComparison.OrdinalIgnoreCase))
            ? RejectReason.SinkTypeConflict
            : RejectReason.SinkRefused;
    }
}
