using System.Threading.Channels;

namespace Iot.Gateway.Validation;

/// <summary>Reads the schemas again when a file of their folder changes, half a second later.</summary>
/// <remarks>A folder that does not exist at start is watched for in its parent; where that is missing too, a restart is needed, and the log says so.</remarks>
internal sealed class SchemaWatcher(SchemaCatalog catalog, TimeProvider clock, ILogger<SchemaWatcher> logger) : BackgroundService
{
    /// <summary>Editors and copies write in several steps.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var existed = Directory.Exists(catalog.Path);
            using var watcher = Watch(existed);
            if (watcher is null) return;
            _changes.Writer.TryWrite(true); // for what changed before we looked
            do await ReloadAfterChangeAsync(stoppingToken); while (existed == Directory.Exists(catalog.Path));
        }
    }

    private async Task ReloadAfterChangeAsync(CancellationToken stopping)
    {
        await _changes.Reader.ReadAsync(stopping);
        await Task.Delay(Settle, clock, stopping);
        _changes.Reader.TryRead(out _); // from here on a change means another round
        catalog.Reload();
    }

    /// <summary>The folder, or its parent until there is one. Any name counts: a mounted ConfigMap changes a link beside the files.</summary>
    private FileSystemWatcher? Watch(bool existed)
    {
        var folder = Path.TrimEndingDirectorySeparator(catalog.Path);
        var path = existed ? folder : Path.GetDirectoryName(folder);
        if (!Directory.Exists(path))
        {
            logger.SchemaFolderNotWatched(catalog.Path);
            return null;
        }

        var watcher = new FileSystemWatcher(path, existed ? "*" : Path.GetFileName(folder));
        watcher.Changed += OnChange;
        watcher.Created += OnChange;
        watcher.Deleted += OnChange;
        watcher.Renamed += OnChange;
        watcher.Error += OnError;
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void OnChange(object sender, FileSystemEventArgs change) => _changes.Writer.TryWrite(true);

    /// <summary>Events were lost; reading again makes up for them.</summary>
    private void OnError(object sender, ErrorEventArgs lost) => _changes.Writer.TryWrite(true);
}
