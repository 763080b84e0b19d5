using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>A message as a device sends it, the same bytes every time, and what was heard of it.</summary>
internal sealed class SentMessage(string device, BatchIdentity? identity, string payload, IReadOnlyList<SentReading> readings)
{
    public string Device { get; } = device;

    public BatchIdentity? Identity { get; } = identity;

    /// <summary>No two messages have the same.</summary>
    public string Payload { get; } = payload;

    /// <summary>Empty for one that cannot be decoded.</summary>
    public IReadOnlyList<SentReading> Readings { get; } = readings;

    public int Sent { get; set; }

    /// <summary>How often the answer was that it is stored, as readings or as a dead letter.</summary>
    public int Taken { get; set; }

    public bool IsAcknowledged { get; set; }
}

/// <summary>One value of a series at a time.</summary>
/// <param name="IsGood">False: it is a text, which ingest refuses.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SentReading(SentPoint Point, double Value, bool IsGood);

/// <summary>What a sink keeps one value of.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SentPoint(string Device, string Field, long TimeNs)
{
    /// <summary>The field that one of the sinks refuses.</summary>
    public const string Refused = "refused";
}
