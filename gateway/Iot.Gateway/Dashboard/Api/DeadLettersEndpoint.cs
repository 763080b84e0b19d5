using System.Globalization;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/dead-letters</c>: what was refused, newest first.</summary>
internal static class DeadLettersEndpoint
{
    private const int MaxLimit = 1000;

    public static IResult Answer(string? limit, GatewayView view)
    {
        var most = 100;
        if (!string.IsNullOrEmpty(limit)
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MaxLimit))
        {
            return Problem.BadParameter("limit", limit, $"must be a whole number from 1 to {MaxLimit}");
        }

        return TypedResults.Ok(new DeadLettersJson([.. view.DeadLetters(most).Select(DeadLetterJson.Of)]));
    }
}

internal sealed record DeadLettersJson(IReadOnlyList<DeadLetterJson> DeadLetters);

/// <param name="Reason">As in metrics: <c>above_maximum</c>.</param>
/// <param name="Sink">Which sink refused it; absent when ingest did.</param>
/// <param name="Readings">How many readings were refused; 1 for a message that could not be read.</param>
internal sealed record DeadLetterJson(
    string Id, string Device, string At, string Reason, string Detail, string? Sink, int Readings, long PayloadBytes)
{
    public static DeadLetterJson Of(DeadLetterEntry entry) => new(
        entry.Id,
        entry.Device.Value,
        TimeText.Format((entry.At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100),
        SnakeCase.Of(entry.Reason),
        entry.Detail,
        entry.Sink,
        entry.Readings,
        entry.PayloadBytes);
}
