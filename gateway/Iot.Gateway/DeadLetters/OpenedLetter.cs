using System.Runtime.InteropServices;
using Iot.Gateway.Validation;
using Iot.Wire;

namespace Iot.Gateway.DeadLetters;

/// <summary>A dead letter's message decoded as far as it goes, and judged by the schema of now.</summary>
/// <param name="Schema">In force for its device.</param>
/// <param name="Failure">Why the message cannot be read, and where; null when it can.</param>
/// <param name="Count">Readings that it holds.</param>
/// <param name="Readings">The first of them, and what is refused of the rest: bounded.</param>
internal sealed record OpenedLetter(DeviceSchema Schema, OpenedFailure? Failure, int Count, IReadOnlyList<OpenedReading> Readings);

/// <param name="Position">In the bytes, unpacked where they were packed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OpenedFailure(RejectReason Reason, int Position);

/// <param name="Value">Exact, as text.</param>
/// <param name="Reason">Why the schema of now refuses it; <see cref="RejectReason.None"/> when it does not.</param>
/// <param name="Rule">The line of the schema that does, see <see cref="SchemaRule"/>.</param>
internal sealed record OpenedReading(
    int Index, string Name, string Tags, ReadingKind Kind, string Value, string Unit, long TimeNs, RejectReason Reason, string? Rule);
