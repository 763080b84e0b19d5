using System.Runtime.InteropServices;

namespace Iot.Gateway.DeadLetters;

/// <summary>How much is kept of what was refused, and how much may be.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeadLetterFigures(long Letters, long MaxLetters, long Bytes, long MaxBytes);
