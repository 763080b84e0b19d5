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
        var named = Complaint.Read(answer.Words, range).FirstNamed;
        if (named < 0)
        {
            await BisectAsync(range);
            return;
        }

        var before = range with { Count = named };
        var bad = new LineRange(range.Body, range.First + named, 1);
        await SendAsync(before);
        await RefuseAsync(bad, answer);
        await SendAsync(range.After(before).After(bad));
    }

    /// <summary>All but the bad lines of the range are stored: only suspects are sent again.</summary>
    private async Task FindLeftOutAsync(LineRange range, InfluxAnswer answer)
    {
        var complaint = Complaint.Read(answer.Words, range);
        for (var i = 0; i < range.Count; i++)
            if (complaint.Names(i)) await RefuseAsync(new(range.Body, range.First + i, 1), answer);

        using var suspects = range.Gather(complaint.Suspects);
        if (suspects.Lines > 1 && !complaint.HasNames) await BisectAsync(suspects.All);
        else await SendAsync(suspects.All);

        // What was sent again must not stay on top of a later value of the same point.
        var points = new SamePoints(range, i => complaint.Names(i) || complaint.Suspects(i));
        using var later = range.Gather(points.IsLater);
        await SendAsync(later.All);
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
        if (line.Body.PartsOf(line.First).Length > 1)
        {
            using var apart = line.ByReading();
            await SendAsync(apart.All);
            return;
        }

        var index = line.Body.PartsOf(line.First)[0].Index;
        _refused.Add(new(line.Body.OffsetOf(line.First), index, Reason(answer), answer.Brief));
    }

    private static RejectReason Reason(InfluxAnswer answer)
    {
        if (answer.Kind == AnswerKind.TooLarge) return RejectReason.SinkTooLarge;

        return answer.Words.Contains("type conflict", StringComparison.OrdinalIgnoreCase)
            ? RejectReason.SinkTypeConflict
            : RejectReason.SinkRefused;
    }
}
