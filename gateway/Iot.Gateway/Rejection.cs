using System.Runtime.InteropServices;

namespace Iot.Gateway;

/// <summary>One refused reading: its index among the readings of the message.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Rejection(int Index, RejectReason Reason);
