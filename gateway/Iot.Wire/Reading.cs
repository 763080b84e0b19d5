using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>A piece of the text of a <see cref="ReadingBatch"/>: <see cref="ReadingBatch.Utf8"/> gives its bytes.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TextRange(int Start, int Length)
{
    public bool IsEmpty => Length == 0;
}

/// <summary>One value of one sensor at one time. Its texts lie in the batch that holds it.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Reading
{
    /// <summary>The kind of thing measured; empty means the default of the device's type.</summary>
    public TextRange Measurement { get; init; }

    /// <summary>Which value of it: what follows the first <c>/</c> of the SenML name, or all of it where there is none.</summary>
    public TextRange Field { get; init; }

    /// <summary>Tags from line protocol, <c>key=value,key=value</c> as it was escaped there; empty otherwise.</summary>
    public TextRange Tags { get; init; }

    /// <summary>Unit as sent (<c>Cel</c>, <c>%RH</c> …); empty when none was sent.</summary>
    public TextRange Unit { get; init; }

    /// <summary>The text of a <see cref="ReadingKind.String"/>, or the bytes of a <see cref="ReadingKind.Data"/>.</summary>
    public TextRange Text { get; init; }

    /// <summary>When, in nanoseconds since 1970-01-01T00:00:00Z; always absolute here.</summary>
    public long TimeNs { get; init; }

    /// <summary>The value of a <see cref="ReadingKind.Float"/>; 1 or 0 of a <see cref="ReadingKind.Boolean"/>.</summary>
    public double Number { get; init; }

    /// <summary>Integrated sum of the values over time (RFC 8428 <c>s</c>), or NaN for none.</summary>
    public double Sum { get; init; }

    public ReadingKind Kind { get; init; }

    /// <summary>Not <see cref="ReadingDefect.None"/>: this reading cannot be accepted; the other members hold what could be read.</summary>
    public ReadingDefect Defect { get; init; }

    public bool HasSum => !double.IsNaN(Sum);
}
