namespace Iot.Gateway.Detection;

/// <summary>What a detector has just seen. Nothing secret belongs here, and no payload but a number.</summary>
/// <param name="Subject">Whom the event is about: a device, a client id, an address. Findings of one kind and subject are one event.</param>
/// <param name="Seen">What was seen, as a phrase.</param>
/// <param name="Normal">What is usual, as a phrase.</param>
internal sealed record Finding(SecurityEventKind Kind, string Subject, string Seen, string Normal)
{
    /// <summary>The device, where it is known.</summary>
    public string? Device { get; init; }

    public string? Client { get; init; }

    public string? Address { get; init; }

    /// <summary>How many times it was seen since the detector last spoke.</summary>
    public long Count { get; init; } = 1;
}
