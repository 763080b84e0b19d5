using System.Text;
using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>The books and the de-duplication marks as bytes, both as of one journal offset.</summary>
/// <remarks>
/// <code>
/// "IOTB" | version u32 | journal's identity u64 | applied u64
/// sinks n i32 : name | offset u64
/// devices n i32 : id | last seen | messages | received | accepted | rejected | duplicate i64 | provable u8
///                 sinks n i32 : name | before | pending | delivered i64
/// de-duplication marks, in their own format
/// </code>
/// Little-endian, strings as <see cref="BinaryWriter"/> writes them. <see cref="SnapshotFile"/> adds the checksum.
/// </remarks>
internal sealed class BooksSnapshot(GatewayLedger ledger, Deduplicator deduplicator)
{
    private const uint Magic = 0x42544F49;
    private const uint Version = 1;

    /// <returns>The offset that the snapshot is tied to, and the lowest offset that a restart from it reads.</returns>
    public (ulong Applied, ulong Needed) Write(Stream to, ulong journal)
    {
        using var writer = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
        var (applied, needed) = (0UL, 0UL);
        ledger.Visit((offset, sinks, accounts) =>
        {
            applied = offset;
            needed = sinks.Select(sink => sink.Offset).Append(offset).Min();
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write(journal);
            writer.Write(offset);
            WriteSinks(writer, sinks);
            WriteAccounts(writer, accounts);
        });
        writer.Flush();
        SnapshotWriter.Write(deduplicator, to);
        return (applied, needed);
    }

    /// <param name="from">As <see cref="Write"/> wrote it.</param>
    /// <param name="journal">Identity of the journal that is there now.</param>
    /// <param name="end">Its next offset: a snapshot that goes beyond is not of what is on disk.</param>
    /// <exception cref="InvalidDataException">Not a snapshot of ours, or of another journal. Nothing was taken over.</exception>
    public void Read(Stream from, ulong journal, ulong end)
    {
        using var reader = new BinaryReader(from, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt32() != Magic || reader.ReadUInt32() != Version)
            throw new InvalidDataException("not a snapshot of the books, or one of another version");

        var identity = reader.ReadUInt64();
        var applied = reader.ReadUInt64();
        if (applied > 0 && identity != journal) throw new InvalidDataException("the snapshot belongs to another journal"); // an empty journal has no lasting identity
        if (applied > end) throw new InvalidDataException($"the snapshot goes to offset {applied}, the journal only to {end}");

        var sinks = ReadList(reader, static r => new SinkProgress(r.ReadString(), r.ReadUInt64()));
        var accounts = ReadList(reader, ReadAccount);
        SnapshotReader.Read(deduplicator, from, SnapshotFile.Name);
        ledger.Restore(applied, sinks, accounts);
    }

    private static void WriteSinks(BinaryWriter writer, IReadOnlyCollection<SinkProgress> sinks)
    {
        writer.Write(sinks.Count);
        foreach (var sink in sinks)
        {
            writer.Write(sink.Name);
            writer.Write(sink.Offset);
        }
    }

    private static void WriteAccounts(BinaryWriter writer, IReadOnlyCollection<DeviceAccount> accounts)
    {
        writer.Write(accounts.Count);
        foreach (var account in accounts)
        {
            writer.Write(account.Device.Value);
            writer.Write(account.LastSeenNs);
            writer.Write(account.Messages);
            writer.Write(account.Received);
            writer.Write(account.Accepted);
            writer.Write(account.Rejected);
            writer.Write(account.Duplicate);
            writer.Write(account.Provable);
            writer.Write(account.Sinks.Count);
            foreach (var (name, sink) in account.Sinks)
            {
                writer.Write(name);
                writer.Write(sink.Before);
                writer.Write(sink.Pending);
                writer.Write(sink.Delivered);
            }
        }
    }

    private static DeviceAccount ReadAccount(BinaryReader reader)
    {
        var account = new DeviceAccount(DeviceId.Parse(reader.ReadString()))
        {
            LastSeenNs = reader.ReadInt64(),
            Messages = reader.ReadInt64(),
            Received = reader.ReadInt64(),
            Accepted = reader.ReadInt64(),
            Rejected = reader.ReadInt64(),
            Duplicate = reader.ReadInt64(),
            Provable = reader.ReadBoolean(),
        };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var sink = account.Sink(reader.ReadString());
            sink.Before = reader.ReadInt64();
            sink.Pending = reader.ReadInt64();
            sink.Delivered = reader.ReadInt64();
        }

        return account;
    }

    private static List<T> ReadList<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var list = new List<T>();
        for (var left = reader.ReadInt32(); left > 0; left--) list.Add(read(reader));

        return list;
    }
}
