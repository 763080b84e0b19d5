using System.Runtime.InteropServices;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Ledger;

/// <summary>How far the books of one sink go, and what it reported beyond the journal records applied so far.</summary>
internal sealed class SinkProgress(string name, ulong offset)
{
    private readonly Queue<Report> _waiting = [];
    private DeliveryTally _refused = new();

    public string Name { get; } = name;

    /// <summary>One past the last journal record whose delivery is in the books.</summary>
    public ulong Offset { get; private set; } = offset;

    /// <summary>One past the last journal record that the sink reported.</summary>
    public ulong Reported { get; private set; } = offset;

    /// <summary>Over all devices.</summary>
    public SinkAccount Total { get; } = new();

    /// <summary>Goes into the books together with the delivery that it is a part of.</summary>
    public void Refuse(DeliveryTally refused) => _refused.Add(refused);

    public void Deliver(ulong next, DeliveryTally delivered)
    {
        _waiting.Enqueue(new(next, delivered, _refused));
        _refused = new();
        Reported = next;
    }

    /// <summary>The next report that is covered by the journal records applied.</summary>
    public bool TryRelease(ulong applied, out DeliveryTally delivered, out DeliveryTally refused)
    {
        (delivered, refused) = (default!, default!);
        if (!_waiting.TryPeek(out var report) || report.Next > applied) return false;

        _waiting.Dequeue();
        (delivered, refused, Offset) = (report.Delivered, report.Refused, report.Next);
        return true;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Report(ulong Next, DeliveryTally Delivered, DeliveryTally Refused);
}
