using System.Threading.Channels;

namespace Iot.Gateway.Certificates;

/// <summary>Sees to it that the server certificate is never old: when it is due, when its file changes, when the CA does, and each hour in case that was not noticed.</summary>
internal sealed class ServerCertificateRenewal(
    ServerCertificate certificate, TlsOptions options, Authorities authorities, TimeProvider clock, ILogger<ServerCertificateRenewal> logger) : BackgroundService
{
    /// <summary>A certificate and its key are written one after the other.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Often = TimeSpan.FromHours(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var certificateFile = Watch(options.CertificateFile);
        using var keyFile = Watch(options.CertificateKeyFile);
        using var rootFile = Watch(options.RootFile);
        authorities.Changed += Change;
        if (options.IsGiven && !certificate.HasFailed) Change(); // the file may have changed between its first reading and now
        try
        {
            while (true)
            {
                if (await WaitAsync(stoppingToken)) await Task.Delay(Settle, clock, stoppingToken);
                while (_changes.Reader.TryRead(out _)) { } // from here on a change means another round
                RenewWhenDue();
            }
        }
        finally
        {
            authorities.Changed -= Change;
        }
    }

    /// <returns>True: something changed. False: it is time.</returns>
    private async Task<bool> WaitAsync(CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(Pause(), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timer.Token);
        try
        {
            return await _changes.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false; // the timer's
        }
    }

    private TimeSpan Pause()
    {
        if (certificate.Now is null) return Soon;
        if (certificate.HasFailed || certificate.RenewAt is not { } due) return Often;

        var left = due - clock.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.FromSeconds(1) : left < Often ? left : Often;
    }

    private void RenewWhenDue()
    {
        var isOwnAndFresh = !options.IsGiven && certificate.Now is not null && !(certificate.RenewAt <= clock.GetUtcNow());
        if (!isOwnAndFresh) certificate.Renew();
    }

    private void Change() => _changes.Writer.TryWrite(true);

    /// <summary>Any name in the folder counts: a mounted secret changes a link beside the files.</summary>
    private FileSystemWatcher? Watch(string? file)
    {
        if (file is null or "" || Path.GetDirectoryName(Path.GetFullPath(file)) is not { } folder) return null;

        try
        {
            var watcher = new FileSystemWatcher(folder);
            watcher.Changed += (_, _) => Change();
            watcher.Created += (_, _) => Change();
            watcher.Renamed += (_, _) => Change();
            watcher.Error += (_, _) => Change();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            logger.NotWatched(folder, e.Message);
            return null;
        }
    }
}
