using System.Buffers.Binary;
using Iot.Journal;

namespace Iot.Gateway.Ledger;

/// <summary>One file that is replaced as a whole: after a power cut it is the old one or the new one, and its checksum says so.</summary>
internal sealed class SnapshotFile(string path, IDisk disk)
{
    public const string Name = "books.snapshot";

    private const int ChecksumSize = 4;

    private string Directory => Path.GetDirectoryName(path)!;

    /// <exception cref="IOException">The old file is still the valid one.</exception>
    public void Replace(ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        disk.CreateDirectory(Directory);
        if (disk.Exists(temporary)) disk.Delete(temporary);

        Span<byte> checksum = stackalloc byte[ChecksumSize];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Of(content));
        using (var file = disk.Create(temporary))
        {
            file.Write(content, 0);
            file.Write(checksum, content.Length);
            file.Sync();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(Directory);
    }

    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">The checksum does not match; the file is left for a person to look at.</exception>
    public byte[]? Read()
    {
        if (!disk.Exists(path)) return null;

        using var file = disk.Open(path, writable: false);
        var bytes = new byte[file.Length];
        var length = file.Read(bytes, 0) - ChecksumSize;
        if (length < 0 || Crc32C.Of(bytes.AsSpan(0, length)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(length)))
            throw new InvalidDataException($"'{path}' of {bytes.Length} bytes does not match its checksum");

        return bytes[..length];
    }

    /// <summary>Renames a file that cannot be read, so that it is neither read nor overwritten again.</summary>
    public string SetAside(long atMs)
    {
        var aside = $"{path}.{atMs}.damaged";
        disk.Rename(path, aside);
        disk.SyncDirectory(Directory);
        return aside;
    }
}
