using System.Buffers.Binary;
using System.Text;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Deduplication;

/// <summary>Reads what <see cref="SnapshotWriter"/> wrote. Believes nothing before its checksum.</summary>
internal sealed class SnapshotReader
{
    private readonly Stream _from;
    private readonly string _path;
    private readonly Deduplicator _into;
    private byte[] _block = [];
    private long _position; // of the header or block being read
    private long _next;
    private bool _hasTimes;
    private ulong _devices; // read, whether or not the limit lets them be remembered

    private SnapshotReader(Stream from, string path, Deduplicator into) => (_from, _path, _into) = (from, path, into);

    /// <summary>Fills <paramref name="into"/>, which must be empty. What it remembers since a larger limit is forgotten as usual.</summary>
    /// <param name="into">Empty again after an exception.</param>
    /// <param name="from">Read to its end.</param>
    /// <param name="path">For the message only.</param>
    /// <exception cref="DamagedSnapshotException">Scan the journal instead.</exception>
    public static void Read(Deduplicator into, Stream from, string path)
    {
        var whole = false;
        try
        {
            new SnapshotReader(from, path, into).ReadAll();
            whole = true;
        }
        finally
        {
            if (!whole) into.Clear();
        }
    }

    private void ReadAll()
    {
        ReadHeader();
        while (TryReadBlock(out var block))
            while (!block.IsEmpty) ReadDevice(ref block);

        if (_from.ReadByte() >= 0) throw Damaged("there are bytes behind its end");
    }

    private void ReadHeader()
    {
        var header = Next(SnapshotLayout.HeaderSize);
        if (!header.StartsWith(SnapshotLayout.Magic)) throw Damaged("it does not begin like a snapshot");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[24..]) != Crc32C.Of(header[..24])) throw Damaged("the header's checksum is wrong");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version is not (SnapshotLayout.Version or SnapshotLayout.BeforeTimes)) throw Damaged($"version {version} is not ours, {SnapshotLayout.Version}");

        _hasTimes = version != SnapshotLayout.BeforeTimes;

        _into.Restore(BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != 0, BinaryPrimitives.ReadInt64LittleEndian(header[16..]));
    }

    /// <summary>False at the end, which counts the devices.</summary>
    private bool TryReadBlock(out ReadOnlySpan<byte> block)
    {
        _position = _next;
        var head = Next(SnapshotLayout.BlockHeadSize);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (length is < 0 or > SnapshotLayout.MaxBlockBytes) throw Damaged($"a block of {length} bytes cannot be");

        block = Next(length == 0 ? SnapshotLayout.CountSize : length);
        if (Crc32C.Of(block) != checksum) throw Damaged("the block's checksum is wrong");
        if (length > 0) return true;

        var devices = BinaryPrimitives.ReadUInt64LittleEndian(block);
        return devices == _devices ? false : throw Damaged($"it holds {_devices} devices instead of {devices}");
    }

    private void ReadDevice(ref ReadOnlySpan<byte> block)
    {
        var id = Take(ref block, Take(ref block, 1)[0]);
        if (!DeviceId.TryParse(Encoding.ASCII.GetString(id), out var device)) throw Damaged("a device's id is none");

        if (_into.TryFind(device, out _)) throw Damaged("a device stands twice in it");

        _devices++;
        var flags = Take(ref block, 2);
        var history = _into.Add(device, beginningLost: flags[0] != 0);
        lock (history.Lock)
        {
            for (var i = 0; i < flags[1]; i++)
                if (!history.TryRestore(ReadEpoch(ref block))) throw Damaged("an epoch of a device stands twice in it");
        }
    }

    private EpochHistory ReadEpoch(ref ReadOnlySpan<byte> block)
    {
        var head = Take(ref block, SnapshotLayout.EpochHeadSize);
        var epoch = new EpochHistory(BinaryPrimitives.ReadUInt64LittleEndian(head));
        epoch.Restore(
            BinaryPrimitives.ReadUInt64LittleEndian(head[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(head[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(head[24..]));

        for (var left = BinaryPrimitives.ReadInt32LittleEndian(head[32..]); left > 0; left--)
        {
            if (!epoch.Seen.TryAppend(ReadInterval(ref block))) throw Damaged("intervals are not in order");
        }

        return epoch;
    }

    private SequenceInterval ReadInterval(ref ReadOnlySpan<byte> block)
    {
        var bytes = Take(ref block, _hasTimes ? SnapshotLayout.IntervalSize : SnapshotLayout.IntervalSizeBeforeTimes);
        var interval = new SequenceInterval(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        return _hasTimes
            ? interval with { BeginsNs = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), EndsNs = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]) }
            : interval;
    }

    /// <summary>The next bytes of the file; valid until the next call.</summary>
    private ReadOnlySpan<byte> Next(int length)
    {
        if (_block.Length < length) _block = new byte[length];

        var bytes = _block.AsSpan(0, length);
        if (_from.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length) throw Damaged("it ends in the middle");

        _next += length;
        return bytes;
    }

    private ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> block, int length)
    {
        if (block.Length < length) throw Damaged("a device goes beyond its block");

        var part = block[..length];
        block = block[length..];
        return part;
    }

    private DamagedSnapshotException Damaged(string finding) => new(_path, _position, finding);
}
