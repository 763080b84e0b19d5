using Iot.Gateway.Mqtt;
using Iot.Wire;

namespace Iot.Gateway.DeadLetters;

/// <summary>What was refused: one reading, or a whole message. Offset, origin and index make it the same one.</summary>
internal sealed record DeadLetter
{
    /// <summary>Origin of what ingest refused; otherwise the name of a sink.</summary>
    public const string Ingest = "ingest";

    /// <summary>Index of a whole message.</summary>
    public const int WholeMessage = -1;

    /// <summary>Its message's place in the journal.</summary>
    public required ulong Offset { get; init; }

    public required string Origin { get; init; }

    /// <summary>Which reading of the message, or <see cref="WholeMessage"/>.</summary>
    public required int Index { get; init; }

    public required DeviceId Device { get; init; }

    public required long ReceivedAtNs { get; init; }

    public required RejectReason Reason { get; init; }

    /// <summary>More about it: a byte position, or what the sink said.</summary>
    public string Detail { get; init; } = "";

    public required PayloadFormat Format { get; init; }

    public BatchIdentity? Identity { get; init; }

    /// <summary>How many readings are lost with it; 1 for a message that could not be read.</summary>
    public int Readings { get; init; } = 1;

    /// <summary>The message as it arrived. Kept once for all dead letters of a message.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
