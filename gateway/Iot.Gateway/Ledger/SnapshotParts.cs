using System.Text;

namespace Iot.Gateway.Ledger;

/// <summary>Names and lists in a snapshot, read with the doubt that bytes on a disk deserve.</summary>
internal static class SnapshotParts
{
    private const int MaxNameBytes = 1024; // of a device or a sink

    /// <summary>As <see cref="BinaryWriter.Write(string)"/> wrote it.</summary>
    /// <exception cref="InvalidDataException">Longer than any name is.</exception>
    public static string ReadName(this BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        if (length is < 0 or > MaxNameBytes) throw new InvalidDataException($"a name of {length} bytes cannot be");

        return Encoding.UTF8.GetString(reader.ReadBytes(length));
    }

    /// <exception cref="InvalidDataException">Something stands in it twice.</exception>
    public static List<T> ReadList<T, TKey>(this BinaryReader reader, Func<BinaryReader, T> read, Func<T, TKey> keyOf)
    {
        var list = new List<T>();
        var keys = new HashSet<TKey>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            list.Add(read(reader));
            if (!keys.Add(keyOf(list[^1]))) throw new InvalidDataException($"'{keyOf(list[^1])}' stands twice in the snapshot");
        }

        return list;
    }
}
