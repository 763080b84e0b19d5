using Iot.EdgeAgent.Enrollment;
using Iot.Journal;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether what is stored gets to the disk and stays there: room, the right to write, an fsync that works, files of the right owner.</summary>
internal static class DiskCheck
{
    private const string Check = "disk";
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<Finding> Run(Installation installation)
    {
        var path = installation.DataPath;
        if (!Directory.Exists(path))
        {
            yield return Finding.Warn(Check, $"'{path}' is not there yet", "The agent makes it when it starts. If one has run already, name its directory: --Data:Path DIR.");
            yield break;
        }

        var disk = new PosixDisk();
        yield return Room(disk, installation);
        yield return Sync(disk, installation);
        if (Stranger(path) is { } stranger)
        {
            yield return Finding.Fail("owner", $"'{stranger}' belongs to another user than '{path}', so the agent may not be able to write it",
                $"sudo chown -R --reference={path} {path}, and run the agent by systemctl only, never as root by hand.");
        }
    }

    private static Finding Room(PosixDisk disk, Installation installation)
    {
        var free = disk.FreeBytes(installation.DataPath);
        var outbox = installation.Options.Outbox;
        var room = $"{Amounts.Bytes(free)} free where '{installation.DataPath}' is";
        if (free <= outbox.ReserveBytes)
            return Finding.Fail(Check, $"{room}, {Amounts.Bytes(outbox.ReserveBytes)} of it kept free for others (Outbox:ReserveBytes): nothing more is stored", "Make room: sudo journalctl --vacuum-size=50M, sudo apt-get clean.");

        var missing = outbox.MaxBytes - OutboxBytes(installation.OutboxPath) - (free - outbox.ReserveBytes);
        return missing > 0
            ? Finding.Warn(Check, $"{room}: {Amounts.Bytes(missing)} less than the outbox may grow to", $"Make room, or lower Outbox:MaxBytes from {Amounts.Bytes(outbox.MaxBytes)}.")
            : Finding.Ok(Check, room);
    }

    /// <summary>As the outbox does it, with a file of its own that is gone again whatever comes.</summary>
    private static Finding Sync(PosixDisk disk, Installation installation)
    {
        var path = Path.Combine(installation.DataPath, $"doctor-{Environment.ProcessId}.probe");
        var began = installation.Clock.GetTimestamp();
        try
        {
            using (var file = disk.Create(path))
            {
                file.Write(new byte[4096], 0);
                began = installation.Clock.GetTimestamp();
                file.Sync();
            }

            disk.SyncDirectory(installation.DataPath);
        }
        catch (DiskException e)
        {
            return Finding.Fail("fsync", e.Message.TrimEnd('.'), WhatToDo(e.Errno));
        }
        finally
        {
            if (disk.Exists(path)) disk.Delete(path);
        }

        var took = installation.Clock.GetElapsedTime(began);
        return took > Slow
            ? Finding.Warn("fsync", $"works, and took {Amounts.Duration(took)}", "A slow or worn disk: give batches more time to fill (Batching:MaxAge), and think of a new SD card.")
            : Finding.Ok("fsync", $"works, and took {Amounts.Duration(took)}");
    }

    private static string WhatToDo(int errno) => errno switch
    {
        1 or 13 => "Run the same as root, with sudo.",
        28 or 122 => "The disk is full: sudo journalctl --vacuum-size=50M, sudo apt-get clean.",
        30 => "The disk is mounted read-only, as the kernel does after an error: see dmesg; check or replace the SD card.",
        _ => "The disk fails: see dmesg; replace it. What it has acknowledged so far may be read from another machine.",
    };

    private static string? Stranger(string directory)
    {
        var owner = PrivateFile.OwnerOf(directory);
        return Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Take(1000).FirstOrDefault(path => IsOfAnother(path, owner));
    }

    private static bool IsOfAnother(string path, (uint User, uint Group) owner)
    {
        try
        {
            return PrivateFile.OwnerOf(path).User != owner.User;
        }
        catch (DiskException e) when (e.IsMissing)
        {
            return false; // a segment that was reclaimed at this moment
        }
    }

    private static long OutboxBytes(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Exists ? file.Length : 0)
        : 0;
}
