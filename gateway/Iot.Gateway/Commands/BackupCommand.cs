#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.CommandLine;
using System.Globalization;
using Iot.Gateway.Backups;
using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway backup FILE.tar</c>: from the running gateway, or of the files of one that does not run. Read again and compared before it gets its name.</summary>
internal static class BackupCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var file = new Argument<FileInfo>("file") { Description = "A new tar file. It holds the keys of the CA: keep it as such." };
        var command = GatewayCommand.Create("backup", "Everything the gateway keeps, in one file, while it runs; restore puts it back.", (parsed, cancellation) =>
            RunAsync(settings, parsed.GetValue(file)!, cancellation));
        command.Add(file);
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> settings, FileInfo file, CancellationToken cancellation)
    {
        if (file.Exists) throw new IOException($"'{file.FullName}' is there already. A backup never replaces one: give another name.");

        await using var gateway = GatewayHost.BuildParts(settings);
        var temporary = file.FullName + ".partial";
        try
        {
            var manifest = await WriteAsync(gateway.Services, temporary, cancellation);
            Publish(temporary, file);
            Terminal.Line(string.Create(CultureInfo.InvariantCulture,
                $"Backup of {manifest.CreatedAt:yyyy-MM-dd HH:mm:ss}Z in '{file.FullName}': {manifest.Files.Count} files, {manifest.Bytes} bytes, {(manifest.Store is { } store ? $"{store.Rows} readings, " : "")}journal from offset {manifest.FirstOffset}. Read again and compared: whole."));
            return GatewayCommandLine.Done;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Publish(string temporary, FileInfo file)
    {
        var disk = new PosixDisk();
        disk.Rename(temporary, file.FullName);
        disk.SyncDirectory(file.DirectoryName!);
    }

    private static async Task<BackupManifest> WriteAsync(IServiceProvider services, string path, CancellationToken cancellation)
    {
        await using var to = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.ReadWrite, UnixCreateMode = SecretFile.OwnerOnly, Options = FileOptions.Asynchronous,
        });
        using var client = GatewayClient.Of(services);
        using (var answer = await client.SendAsync(HttpMethod.Post, "/api/v1/backup", null, cancellation))
        {
            if (answer is null) await OfFilesAsync(services, to, cancellation);
            else await (await answer.Content.ReadAsStreamAsync(cancellation)).CopyToAsync(to, cancellation);
        }

        to.Flush(flushToDisk: false);
        using (var disk = new PosixDisk().Open(path, writable: true)) disk.Sync();
        to.Position = 0;
        return await BackupReader.ReadAsync(to, to: null, cancellation);
    }

    /// <summary>Under the lock of the spool, so that no gateway begins meanwhile.</summary>
    private static async Task OfFilesAsync(IServiceProvider services, FileStream to, CancellationToken cancellation)
    {
        var data = services.GetRequiredService<DataOptions>();
        if (!Directory.Exists(data.SpoolPath)) throw new IOException($"There is no spool in '{Path.GetFullPath(data.Path)}': nothing to back up. Check Data:Path.");

        using var locked = new PosixDisk().TryLock(Path.Combine(data.SpoolPath, "journal.lock"))
            ?? throw new IOException($"A gateway runs on '{Path.GetFullPath(data.Path)}' and does not answer at Http:Url. Check that setting, or stop it.");
        using (var writer = new BackupWriter(data.Path, BackupDesk.Scratch(data), services.GetRequiredService<TimeProvider>()))
            await writer.WriteAsync(to, cancellation);
    }
}
