using Iot.EdgeAgent.Configuring;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent;

/// <summary>Runs the devices until told to stop, and notes now and then how they fare.</summary>
internal sealed class AgentService(
    IReadOnlyList<DeviceLife> devices, AgentOptions options, AgentContext context, IHostApplicationLifetime lifetime, ILogger<AgentService> logger,
    Configurator? configurator = null)
    : BackgroundService
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartIsOver = TimeSpan.FromSeconds(20);

    private readonly string _statusPath = StatusFile.PathToWrite(Fleet.DataPath(options.Data));
    private readonly DateTimeOffset _started = context.Clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.Started(context.Version, devices.Count, devices[0].Device, options.Gateway.Url);
        using var noting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var status = NoteStatusAsync(noting.Token);
        using var thrift = context.Clock.CreateTimer(_ => StartPages.GiveBack(), state: null, StartIsOver, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(devices.Select(device => RunAsync(device, stoppingToken)));
        await noting.CancelAsync();
        await status;
        Note(running: false);
    }

    private async Task RunAsync(DeviceLife device, CancellationToken stopping)
    {
        try
        {
            await device.RunAsync(stopping);
        }
        catch (Exception e) // whatever it is, this device is no longer sampled: better the whole agent starts again
        {
            logger.Failed(device.Device, e is IOException ? e.Message : e.ToString());
            Environment.ExitCode = ExitCode.Failed;
            lifetime.StopApplication();
        }
    }

    private async Task NoteStatusAsync(CancellationToken stopping)
    {
        using var timer = context.Clock.CreateTimer(_ => context.Changed.Set(), state: null, StatusInterval, StatusInterval);
        try
        {
            while (true)
            {
                Note(running: true);
                await context.Changed.WaitAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the last note is written by the caller
        }
    }

    private IdentityStatus? Identity()
    {
        if (context.Credentials is not { } credentials) return null;

        var identity = credentials.Current;
        return new(identity.Device.Value, identity.Serial, identity.NotAfter, RenewalSchedule.DueAt(identity), credentials.LastFailure);
    }

    private UpdateStatus? Update()
    {
        try
        {
            return context.Updates?.Result() is { } result ? new(result.Version, result.State.ToString(), result.Reason, result.At) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("unknown", "Unknown", e.Message, context.Clock.GetUtcNow());
        }
    }

    private ConfigurationStatus? Configuration() => configurator?.Report is not { } report ? null : new(
        report.Version, report.State, report.InForce, [.. report.Problems.Select(problem => problem.ToString())], [.. report.Local.Select(problem => problem.ToString())]);

    private void Note(bool running)
    {
        try
        {
            StatusFile.Write(_statusPath, new(
                context.Version, running, Environment.ProcessId, context.Clock.GetUtcNow(), devices[0].Options.Gateway.Url,
                [.. devices.Select(device => device.Status).OfType<DeviceStatus>()], Identity(), _started, Update(), context.Time.Status, Configuration()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.StatusNotWritten(e.Message);
        }
    }
}
