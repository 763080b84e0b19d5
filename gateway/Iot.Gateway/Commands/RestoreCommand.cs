using System.CommandLine;
using System.Globalization;
using Iot.Gateway.Audit;
using Iot.Gateway.Backups;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.Spooling;
using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway restore FILE.tar</c>: into a data directory that is not there yet, or empty; whole or not at all.</summary>
internal static class RestoreCommand
{
    private const string Stage = ".restoring";

    public static Command Create(IReadOnlyList<string> settings)
    {
        var file = new Argument<FileInfo>("file") { Description = "What 'iot-gateway backup' made." };
        var command = GatewayCommand.Create("restore", "Puts a backup into an empty Data:Path, after every file was compared, and says how the books stand.", (parsed, cancellation) =>
            RunAsync(settings, parsed.GetValue(file)!, cancellation));
        command.Add(file);
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> settings, FileInfo file, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        var data = Path.GetFullPath(gateway.Services.GetRequiredService<DataOptions>().Path).TrimEnd('/');
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any(path => !Path.GetFileName(path).Equals(Stage, StringComparison.Ordinal)))
            throw new IOException($"'{data}' is not empty, and a restore replaces nothing. Move it away, or give another Data:Path.");

        var manifest = await PutAsync(file, data, cancellation);
        var said = await LookAsync(gateway, manifest, cancellation);
        await LocalAct.WriteAsync(gateway.Services, AuditAct.BackupRestore, data, FormattableString.Invariant($"backup of {manifest.CreatedAt:O}"), cancellation);
        foreach (var line in said) Terminal.Line(line);
        return GatewayCommandLine.Done;
    }

    /// <summary>Aside first, so that a start never finds half of it.</summary>
    private static async Task<BackupManifest> PutAsync(FileInfo file, string data, CancellationToken cancellation)
    {
        var stage = Directory.Exists(data) ? Path.Combine(data, Stage) : data + Stage;
        if (Directory.Exists(stage)) Directory.Delete(stage, recursive: true); // of an attempt that was stopped
        SecretFile.MakeDirectory(stage);
        try
        {
            await using var backup = file.OpenRead();
            var manifest = await BackupReader.ReadAsync(backup, stage, cancellation);
            SyncAll(stage);
            Place(stage, data);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(stage)) Directory.Delete(stage, recursive: true);
        }
    }

    /// <summary>A directory that is there may be a volume or a link of systemd: it stays. The spool comes last, since no gateway takes a store for its own without it.</summary>
    private static void Place(string stage, string data)
    {
        var disk = new PosixDisk();
        if (!Directory.Exists(data))
        {
            Directory.Move(stage, data);
            disk.SyncDirectory(Path.GetDirectoryName(data)!);
            return;
        }

        foreach (var path in Directory.GetFileSystemEntries(stage).OrderBy(path => Path.GetFileName(path) is DataFiles.Spool))
            Directory.Move(path, Path.Combine(data, Path.GetFileName(path))); // of files, too
        Directory.Delete(stage);
        disk.SyncDirectory(data);
    }

    private static void SyncAll(string directory)
    {
        var disk = new PosixDisk();
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var written = disk.Open(path, writable: true);
            written.Sync();
        }

        foreach (var path in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Append(directory)) disk.SyncDirectory(path);
    }

    /// <summary>What was restored is opened once: the store, the spool, and the books that are counted from it.</summary>
    private static async Task<IReadOnlyList<string>> LookAsync(WebApplication gateway, BackupManifest manifest, CancellationToken cancellation)
    {
        var data = gateway.Services.GetRequiredService<DataOptions>();
        var said = new List<string> { string.Create(CultureInfo.InvariantCulture, $"Restored the backup of {manifest.CreatedAt:yyyy-MM-dd HH:mm:ss}Z: {manifest.Files.Count} files, {manifest.Bytes} bytes, each compared.") };
        if (File.Exists(data.StorePath)) said.Add($"store    {LookIntoStore(data.StorePath, gateway.Services.GetRequiredService<EmbeddedOptions>(), manifest.Store)}");

        await using var spool = gateway.Services.GetRequiredService<FileSpool>().Journal; // its lock ends here
        await gateway.Services.GetRequiredService<Bookkeeper>().RecoverAsync(cancellation);
        var books = gateway.Services.GetRequiredService<GatewayLedger>().All();
        var unbalanced = books.Count(device => device.Received != device.Accepted + device.Rejected + device.Duplicate);
        said.Add(string.Create(CultureInfo.InvariantCulture,
            $"books    {books.Count} devices, {books.Sum(device => device.Received)} readings received, {(unbalanced == 0 ? "balanced" : $"NOT balanced for {unbalanced} devices")}"));
        said.Add("What devices sent after the backup was made is not in it: 'iot-gateway ledger' names those batches as gaps once the devices go on.");
        return said;
    }

    /// <param name="copied">What the running gateway copied; null when files were taken as they were, damaged ones too: then everything else is restored all the same.</param>
    private static string LookIntoStore(string path, EmbeddedOptions options, BackedUpStore? copied)
    {
        try
        {
            var store = StoreCopy.Read(path, options);
            if (copied is not null && (store.NextOffset != copied.NextOffset || store.Rows != copied.Rows))
                throw new InvalidDataException($"The restored store holds {store.Rows} readings up to offset {store.NextOffset}, and {copied.Rows} up to {copied.NextOffset} were backed up. Take another backup.");

            return string.Create(CultureInfo.InvariantCulture, $"{store.Rows} readings, next offset {store.NextOffset}");
        }
        catch (EmbeddedStoreException e) when (copied is null)
        {
            return $"NOT usable, as when it was backed up. {e.Message}";
        }
    }
}
