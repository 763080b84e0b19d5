namespace Iot.LoadTest.Peers;

/// <summary>A load that every peer gets: SenML JSON, QoS 1, 50 devices.</summary>
/// <param name="MaxUnderWay">Messages published and not in the sink, at most, while the load has no rate: in the warm-up, and flat out.</param>
internal sealed record PeerLoad(LoadPlan Plan, int MaxUnderWay)
{
    /// <summary>A device of it waits for each PUBACK before it publishes again, as <see cref="ResumingLoad"/> does.</summary>
    public static PeerLoad Killed { get; } = Single("kill -9", 2_000);

    public static IReadOnlyList<PeerLoad> All { get; } =
    [
        Single("one reading a message, 2,000 messages/s", 2_000),
        Batches("100 readings a message, 100 messages/s", 10_000),
        Single("one reading a message, flat out", 0),
        Batches("100 readings a message, flat out", 0),
    ];

    private static PeerLoad Single(string name, int rate) =>
        new(new() { Name = name, Payload = PayloadKind.Json, Points = 1, Fields = 1, Rate = rate }, 20_000);

    private static PeerLoad Batches(string name, int rate) =>
        new(new() { Name = name, Payload = PayloadKind.Json, Points = 10, Fields = 10, Rate = rate }, 2_000);
}
