using System.Runtime.InteropServices;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Ledger;

/// <summary>How far the books of one sink go, and what it reported beyond the journal records applied so far.</summary>
internal sealed class SinkProgress(string name, ulong offset)
{
    private readonly Queue<Report> _waiting = [];

    public string Name { get; } = name;

    /// <summary>One past the last journal record whose delivery is in the books.</summary>
    public ulong Offset { get; private set; } = offset;

    public void Deliver(ulong next, DeliveryTally tally, ulong applied, Action<string, DeliveryTally> credit)
    {
        _waiting.Enqueue(new(next, tally));
        ReleaseUpTo(applied, credit);
    }

    public void ReleaseUpTo(ulong applied, Action<string, DeliveryTally> credit)
    {
        while (_waiting.TryPeek(out var report) && report.Next <= applied)
        {
            _waiting.Dequeue();
            credit(Name, report.Tally);
            Offset = report.Next;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Report(ulong Next, DeliveryTally Tally);
}
