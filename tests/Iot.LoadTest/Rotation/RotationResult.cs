using System.Globalization;
using System.Text;
using Iot.LoadTest.Devices;
using Iot.LoadTest.SecureDevices;

namespace Iot.LoadTest.Rotation;

/// <param name="Away">From the end of a connection until the device was let in again, of those that came back in this step.</param>
/// <param name="Handshake">TCP, TLS with both certificates, CONNECT and CONNACK.</param>
internal sealed record RotationStep(string Name, TimeSpan Took, TimeSpan GatewayCpu, LatencySpread Away, LatencySpread Handshake);

internal sealed record RotationResult
{
    public required int Devices { get; init; }

    public required IReadOnlyList<RotationStep> Steps { get; init; }

    /// <summary>All that is not as it must be.</summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>From the request to disable a device until the device saw its connection end.</summary>
    public required TimeSpan SlowestShutOut { get; init; }

    /// <summary>Of the gateway, for one full handshake of every device.</summary>
    public required TimeSpan HandshakeCpu { get; init; }

    public required TallyFigures Sent { get; init; }

    public required long Resent { get; init; }

    /// <summary>Acknowledged, and in the books and the store.</summary>
    public required long Readings { get; init; }

    public required LatencyHistogram PubAck { get; init; }

    public IEnumerable<string> Problems()
    {
        if (SlowestShutOut > TimeSpan.FromSeconds(1)) yield return $"A disabled device was off only after {SlowestShutOut.TotalMilliseconds:0} ms.";
        if (Sent.Refused > 0) yield return $"{Sent.Refused} messages were refused.";
        foreach (var difference in Differences) yield return difference;
    }

    public string Table()
    {
        var text = new StringBuilder("| step | seconds | gateway CPU s | away ms: p50 / p99 / max | handshake ms: p50 / p99 / max |\n|---|---:|---:|---:|---:|\n");
        foreach (var step in Steps)
            text.Append(CultureInfo.InvariantCulture, $"| {step.Name} | {step.Took.TotalSeconds:0.0} | {step.GatewayCpu.TotalSeconds:0.00} | {step.Away} | {step.Handshake} |\n");

        text.Append(CultureInfo.InvariantCulture, $"""

            - **Nothing lost**: {Readings:N0} readings of {Devices:N0} devices acknowledged; the ledger and the store hold as many of each device. {Sent.Sent:N0} messages went out, {Resent:N0} of them again.
            - **PUBACK**, all steps together, p50 / p99 / max: {LatencySpread.Of(PubAck)} ms.
            - **Full handshakes** with both certificates: {HandshakeCpu.TotalSeconds * 1000 / Devices:0.00} CPU seconds of the gateway for 1,000.
            - **Disabled**: the slowest device was off after {SlowestShutOut.TotalMilliseconds:0} ms.
            """);
        return text.ToString();
    }
}
