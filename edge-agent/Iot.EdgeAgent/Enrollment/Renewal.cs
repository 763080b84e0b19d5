using System.Security.Cryptography;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>Renews the certificate at two thirds of its life, for a fresh key, and goes on asking until it has the next.</summary>
/// <remarks>
/// It needs the gateway's API only, not MQTT, and cuts no connection: the next connect shows the new certificate.
/// A device that was away until its certificate had expired asks in the same way; whether it gets one is the operator's rule.
/// </remarks>
internal sealed class Renewal(
    IdentityFiles files, Credentials credentials, EnrollmentClient client, TimeProvider clock, Func<double> random, ILogger<Renewal> logger) : BackgroundService
{
    /// <summary>The clock may be set, and the device enrolled anew, while it waits.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>After a certificate that is due already by this clock: either the clock is wrong, or its life is too short.</summary>
    private static readonly TimeSpan AfterPointless = TimeSpan.FromDays(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Backoff _backoff = new(FirstPause, LongestPause, stableAfter: LongestPause, random);
    private string? _reported;
    private string? _serial;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(_backoff.AtStart(), clock, stoppingToken);
            while (true) await PauseAsync(await StepAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopped; what was asked for and not answered is asked for at the next start
        }
    }

    /// <summary>Cut short by who needs a certificate.</summary>
    private async Task PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(pause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            await credentials.Wanted.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // the pause is over
        }
    }

    /// <returns>How long nothing is to be done.</returns>
    internal async Task<TimeSpan> StepAsync(CancellationToken stopping)
    {
        try
        {
            var identity = credentials.Current;
            NoteChange(identity);
            var left = RenewalSchedule.DueAt(identity) - (credentials.Now ?? identity.NotBefore); // nobody knows the time: it is not due, unless it is refused
            return left > TimeSpan.Zero && !(credentials.WasRefused && credentials.Now is null) ? TimeSpan.FromTicks(Math.Min(left.Ticks, LongestWait.Ticks)) : await RenewAsync(stopping);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Report(e.Message); // of the disk; nothing was replaced
            return _backoff.Next(TimeSpan.Zero);
        }
    }

    private async Task<TimeSpan> RenewAsync(CancellationToken stopping)
    {
        using var turn = files.TryLock();
        if (turn is null) return _backoff.Next(TimeSpan.Zero); // somebody enrolls this device at this moment

        var current = credentials.Current;
        var answer = await client.RenewAsync(current, files.Request(current.Device, current), stopping);
        if (answer.Identity is { } next) return Renewed(next);

        if (answer.NeedsPerson) Refused(current, answer.Problem);
        else Report(answer.Problem);
        return _backoff.Next(TimeSpan.Zero);
    }

    private TimeSpan Renewed(DeviceIdentity next)
    {
        files.Write(next);
        (_reported, _serial) = (null, next.Serial);
        credentials.Renewed(next);
        logger.Renewed(next.Device, next.Serial, next.NotAfter);
        _ = _backoff.Next(LongestPause); // pauses start small again
        return RenewalSchedule.DueAt(next) > (credentials.Now ?? next.NotBefore) ? TimeSpan.Zero : AfterPointless;
    }

    /// <summary>Enrolled anew while this ran: who waits for a valid certificate has it now.</summary>
    private void NoteChange(DeviceIdentity identity)
    {
        if (_serial is not null && !_serial.Equals(identity.Serial, StringComparison.Ordinal))
        {
            logger.EnrolledAnew(identity.Device, identity.Serial, identity.NotAfter);
            _reported = null;
            credentials.Renewed(identity);
        }

        _serial = identity.Serial;
    }

    /// <summary>Once per reason, not once per try.</summary>
    private void Refused(DeviceIdentity current, string problem)
    {
        credentials.LastFailure = problem;
        if (!problem.Equals(_reported, StringComparison.Ordinal)) logger.RenewalRefused(current.Device, problem, current.NotAfter);
        _reported = problem;
    }

    private void Report(string problem)
    {
        credentials.LastFailure = problem;
        if (!problem.Equals(_reported, StringComparison.Ordinal)) logger.RenewalFailed(problem);
        _reported = problem;
    }
}
