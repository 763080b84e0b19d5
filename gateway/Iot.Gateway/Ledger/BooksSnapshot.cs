using System.Text;
using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>The books and the de-duplication marks as bytes, both as of one journal offset.</summary>
/// <remarks>
/// <code>
/// "IOTB" | version u32 | journal's identity u64 | applied u64
/// sinks n i32 : name | offset u64
/// devices n i32 : <see cref="AccountLayout"/>
/// digests n i32 : device | hash 2 × u64 | age in ms i64
/// de-duplication marks, in their own format
/// </code>
/// Little-endian, strings as <see cref="BinaryWriter"/> writes them; no sink and no device twice. <see cref="SnapshotFile"/> adds the checksum.
/// </remarks>
internal sealed class BooksSnapshot(GatewayLedger ledger, Deduplicator deduplicator, DigestWindow digests)
{
    private const uint Magic = 0x42544F49;
    private const uint Version = 3, BeforeGivenUp = 2;
    private const long LongestAgeMs = 2 * 24 * 60 * 60 * 1000; // twice what can be configured

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
            writer.Write(accounts.Count);
            foreach (var account in accounts) AccountLayout.Write(writer, account);
        });
        WriteDigests(writer);
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
        var (magic, version) = (reader.ReadUInt32(), reader.ReadUInt32());
        if (magic != Magic || version is not (Version or BeforeGivenUp))
            throw new InvalidDataException("not a snapshot of the books, or one of another version");

        var identity = reader.ReadUInt64();
        var applied = reader.ReadUInt64();
        if (applied > 0 && identity != journal) throw new InvalidDataException("the snapshot belongs to another journal"); // an empty journal has no lasting identity
        if (applied > end) throw new InvalidDataException($"the snapshot goes to offset {applied}, the journal only to {end}");

        var sinks = reader.ReadList(static r => new SinkProgress(r.ReadName(), r.ReadUInt64()), static sink => sink.Name);
        var accounts = reader.ReadList(r => AccountLayout.Read(r, tells: version >= Version), static account => account.Device);
        var seen = reader.ReadList(ReadDigest, static entry => entry.Digest);
        SnapshotReader.Read(deduplicator, from, SnapshotFile.Name);
        lock (digests.Lock)
        {
            foreach (var (digest, age) in seen) digests.Remember(digest, age);
        }

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

    private void WriteDigests(BinaryWriter writer)
    {
        lock (digests.Lock)
        {
            var seen = digests.All();
            writer.Write(seen.Count);
            foreach (var (digest, age) in seen)
            {
                writer.Write(digest.Device.Value);
                writer.Write((ulong)(digest.Hash >> 64));
                writer.Write((ulong)digest.Hash);
                writer.Write((long)age.TotalMilliseconds);
            }
        }
    }

    private static (PayloadDigest Digest, TimeSpan Age) ReadDigest(BinaryReader reader)
    {
        var digest = new PayloadDigest(DeviceId.Parse(reader.ReadName()), new(reader.ReadUInt64(), reader.ReadUInt64()));
        var age = reader.ReadInt64();
        return age is >= 0 and <= LongestAgeMs ? (digest, TimeSpan.FromMilliseconds(age)) : throw new InvalidDataException($"a digest's age of {age} ms cannot be");
    }
}
