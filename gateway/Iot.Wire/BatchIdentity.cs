using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>What makes a batch the same batch however often it is sent.</summary>
/// <param name="Epoch">One life of the device's outbox: random, made when the outbox is created. Not 0.</param>
/// <param name="Seq">1, 2, 3 … without gaps within an epoch.</param>
/// <param name="First">Lowest seq the device still holds; 0 when it did not say. What lies below and never arrived was given up.</param>
/// <param name="Given">Readings of this epoch that the device had given up when it made the batch, in batches that were numbered or not.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BatchIdentity(ulong Epoch, ulong Seq, ulong First, ulong Given = 0);
