using System.Runtime.InteropServices;
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

    /// <summary><c>type@version</c> of the schema that refused it; empty when that was none, or was not noted.</summary>
    public string Schema { get; init; } = "";

    /// <summary>More about it: a byte position, or what the sink said.</summary>
    public string Detail { get; init; } = "";

    public required PayloadFormat Format { get; init; }

    public BatchIdentity? Identity { get; init; }

    /// <summary>How many readings are lost with it; 1 for a message that could not be read.</summary>
    public int Readings { get; init; } = 1;

    /// <summary>The message as it arrived, or its start. Kept once for all dead letters of a message.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Bytes of the whole message; more than <see cref="Payload"/> holds when that is its start.</summary>
    public int PayloadLength
    {
        get => Math.Max(field, Payload.Length);
        init;
    }

    public LetterKey Key => new(Offset, Origin, Index);
}

/// <summary>What makes a dead letter the same one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LetterKey(ulong Offset, string Origin, int Index);
