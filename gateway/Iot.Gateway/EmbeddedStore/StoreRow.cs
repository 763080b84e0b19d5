using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>One reading on its way into the table.</summary>
/// <param name="Late">Not newer than all of its series before it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoreRow(
    Series Series, long TimeNs, ReadingKind Kind, double Number, string? Text, ulong Offset, bool Late);
