namespace Iot.Gateway.Replay;

/// <summary>What to send again, and to whom.</summary>
/// <param name="Sink">Name of a configured sink.</param>
/// <param name="FromNs">First nanosecond of receipt that counts.</param>
/// <param name="ToNs">First that does not count any more.</param>
/// <param name="Device">Only this one; null for all.</param>
/// <param name="Rate">Most readings a second; null for as fast as the sink takes them.</param>
/// <param name="DryRun">Count only.</param>
internal sealed record ReplayRequest(string Sink, long FromNs, long ToNs, string? Device, int? Rate, bool DryRun)
{
    public const int FastestRate = 10_000_000;
}
