using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>A device's account in a snapshot.</summary>
/// <remarks>
/// <code>
/// id | last seen i64 | entry | provable u8
/// given up u64 | epochs n i32 : epoch u64 | batches i64 | given up u64 | entry
/// sinks n i32 : name | before | pending | delivered | dead-lettered i64
/// entry: messages | received | accepted | rejected | duplicate i64
/// </code>
/// </remarks>
internal static class AccountLayout
{
    public static void Write(BinaryWriter writer, DeviceAccount account)
    {
        writer.Write(account.Device.Value);
        writer.Write(account.LastSeenNs);
        Write(writer, account.Sum);
        writer.Write(account.Provable);
        writer.Write(account.GivenUp);
        writer.Write(account.Epochs.All.Count);
        foreach (var epoch in account.Epochs.All)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.Batches);
            writer.Write(epoch.GivenUp);
            Write(writer, epoch.Sum);
        }

        writer.Write(account.Sinks.Count);
        foreach (var (name, sink) in account.Sinks)
        {
            writer.Write(name);
            writer.Write(sink.Before);
            writer.Write(sink.Pending);
            writer.Write(sink.Delivered);
            writer.Write(sink.DeadLettered);
        }
    }

    /// <param name="tells">False for a snapshot from before devices said what they gave up.</param>
    public static DeviceAccount Read(BinaryReader reader, bool tells)
    {
        var account = new DeviceAccount(DeviceId.Parse(reader.ReadName()))
        {
            LastSeenNs = reader.ReadInt64(),
            Sum = ReadEntry(reader),
            Provable = reader.ReadBoolean(),
            GivenUp = tells ? reader.ReadUInt64() : 0,
        };
        foreach (var epoch in reader.ReadList(r => ReadEpoch(r, tells), static epoch => epoch.Epoch))
            if (!account.Epochs.TryRestore(epoch)) throw new InvalidDataException($"{account.Device} has more epochs than a device can have");

        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var sink = account.Sink(reader.ReadName());
            sink.Before = reader.ReadInt64();
            sink.Pending = reader.ReadInt64();
            sink.Delivered = reader.ReadInt64();
            sink.DeadLettered = reader.ReadInt64();
        }

        return account;
    }

    private static EpochAccount ReadEpoch(BinaryReader reader, bool tells) => new(reader.ReadUInt64())
    {
        Batches = reader.ReadInt64(),
        GivenUp = tells ? reader.ReadUInt64() : 0,
        Sum = ReadEntry(reader),
    };

    private static void Write(BinaryWriter writer, in BooksEntry entry)
    {
        writer.Write(entry.Messages);
        writer.Write(entry.Received);
        writer.Write(entry.Accepted);
        writer.Write(entry.Rejected);
        writer.Write(entry.Duplicate);
    }

    private static BooksEntry ReadEntry(BinaryReader reader) =>
        new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
}
