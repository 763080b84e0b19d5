using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>A record of the outbox: a payload as it is sent; or a head, and a payload that is not sent like this.</summary>
//
//   | payload …                    | starts with 0x1F, 0x28, 0x5B or 0x80 to 0x9F: final
//   | 0x55 | boot 16 | payload …   | times count from that boot: see Stamp.UnboundOriginNs
//
internal static class OutboxRecord
{
    private const byte Unbound = 0x55;
    private const int UnboundHeadSize = 17;

    /// <summary>What stands before the payload of <paramref name="batch"/>; nothing for one whose time is known.</summary>
    public static ReadOnlyMemory<byte> Head(ReadingBatch batch, Guid boot)
    {
        if (batch.Clock is not { State: ClockState.Rebased }) return default;

        var head = new byte[UnboundHeadSize];
        head[0] = Unbound;
        boot.TryWriteBytes(head.AsSpan(1));
        return head;
    }

    /// <summary>False for a payload that is sent as it is.</summary>
    public static bool IsUnbound(ReadOnlySpan<byte> record, out Guid boot, out ReadOnlySpan<byte> payload)
    {
        var unbound = record.Length >= UnboundHeadSize && record[0] == Unbound;
        boot = unbound ? new(record[1..UnboundHeadSize]) : default;
        payload = unbound ? record[UnboundHeadSize..] : record;
        return unbound;
    }
}
