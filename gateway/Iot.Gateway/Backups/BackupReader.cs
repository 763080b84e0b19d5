#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.Formats.Tar;
using System.Security.Cryptography;

namespace Iot.Gateway.Backups;

/// <summary>Reads a backup from start to end: compares every file with the manifest, and writes them where they are asked for.</summary>
internal static class BackupReader
{
    /// <param name="to">An empty directory, or null to compare only.</param>
    /// <exception cref="InvalidDataException">It is no backup, or not whole, or damaged; the message names the file.</exception>
    public static async Task<BackupManifest> ReadAsync(Stream backup, string? to, CancellationToken cancellation)
    {
        var found = new Dictionary<string, BackedUpFile>(StringComparer.Ordinal);
        BackupManifest? manifest = null;
        try
        {
            await using var tar = new TarReader(backup, leaveOpen: true);
            while (await NextAsync(tar, cancellation) is { } entry)
            {
                if (manifest is not null) throw new InvalidDataException($"'{entry.Name}' stands behind the manifest: it does not belong to the backup.");

                if (found.ContainsKey(entry.Name)) throw new InvalidDataException($"'{entry.Name}' is in the backup twice. It was not made by iot-gateway backup; nothing of it was used.");

                if (entry.Name is BackupManifest.Name) manifest = BackupManifest.Read(entry.DataStream ?? Stream.Null);
                else found.Add(entry.Name, await TakeAsync(entry, to, cancellation));
            }
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The backup breaks off: it is not whole. Take another one.", e);
        }

        if (manifest is null) throw new InvalidDataException("There is no manifest at its end: it is not a backup, or not a whole one. Take another one.");

        Compare(manifest, found);
        return manifest;
    }

    /// <summary>The library has exceptions of many kinds for a header that is none.</summary>
    private static async Task<TarEntry?> NextAsync(TarReader tar, CancellationToken cancellation)
    {
        try
        {
            return await tar.GetNextEntryAsync(copyData: false, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new InvalidDataException("It is not a tar file, or a damaged one: a header in it cannot be read. Take another one.", e);
        }
    }

    private static async Task<BackedUpFile> TakeAsync(TarEntry entry, string? to, CancellationToken cancellation)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !IsSafe(entry.Name))
            throw new InvalidDataException($"'{entry.Name}' is nothing that a backup holds. It was not made by iot-gateway backup; nothing of it was used.");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var target = to is null ? null : Create(Path.Combine(to, entry.Name));
        var buffer = new byte[128 * 1024];
        var bytes = 0L;
        var content = entry.DataStream ?? Stream.Null;
        for (var read = await content.ReadAsync(buffer, cancellation); read > 0; read = await content.ReadAsync(buffer, cancellation))
        {
            hash.AppendData(buffer, 0, read);
            if (target is not null) await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            bytes += read;
        }

        return new(entry.Name, bytes, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    /// <summary>Stays in the directory, whoever made the file.</summary>
    private static bool IsSafe(string name) =>
        name.Length > 0 && !name.Contains('\\') && !Path.IsPathRooted(name) && name.Split('/').All(part => part is not ("" or "." or ".."));

    private static FileStream Create(string path)
    {
        SecretFile.MakeDirectory(Path.GetDirectoryName(path)!);
        return new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = SecretFile.OwnerOnly, Options = FileOptions.Asynchronous });
    }

    private static void Compare(BackupManifest manifest, Dictionary<string, BackedUpFile> found)
    {
        foreach (var file in manifest.Files)
        {
            if (!found.Remove(file.Path, out var held)) throw new InvalidDataException($"'{file.Path}' is missing in the backup. Take another one.");
            if (held != file)
                throw new InvalidDataException($"'{file.Path}' in the backup is damaged: {held.Bytes} bytes with SHA-256 {held.Sha256}, and {file.Bytes} with {file.Sha256} were written. Take another one.");
        }

        if (found.Count > 0) throw new InvalidDataException($"'{found.Keys.First()}' is in the backup and not in its manifest: it does not belong to it.");
    }
}
