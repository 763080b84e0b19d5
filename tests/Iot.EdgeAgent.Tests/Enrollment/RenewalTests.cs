using Iot.EdgeAgent.Enrollment;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Enrollment;

/// <summary>Step by step, against real TLS; the clock is the test's.</summary>
public sealed class RenewalTests : IDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly LineLogger _log = new();
    private readonly TestAuthority _authority;
    private readonly IdentityFiles _files;
    private readonly Credentials _credentials;
    private readonly Renewal _renewal;

    public RenewalTests()
    {
        _authority = new(_clock.GetUtcNow());
        _files = new(_directory.Path);
        _credentials = new(_files, _clock);
        _renewal = new(_files, _credentials, new(_clock), _clock, () => 1, new Logger<Renewal>(new OneLogger(_log)));
    }

    public void Dispose()
    {
        _renewal.Dispose();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Nothing_is_asked_before_two_thirds_of_the_life_less_a_tenth()
    {
        await using var server = await EnrolledAsync();

        Assert.Equal(TimeSpan.FromHours(1), await StepAsync());
        _clock.Advance(TimeSpan.FromDays(90 * (2.0 / 3 - 0.1) - 0.1));

        Assert.InRange(await StepAsync(), TimeSpan.FromTicks(1), TimeSpan.FromHours(1));
        Assert.Single(server.Requests); // the enrollment
    }

    [Fact]
    public async Task At_two_thirds_and_a_tenth_it_has_a_certificate_for_a_new_key()
    {
        await using var server = await EnrolledAsync();
        var before = _credentials.Current;
        _clock.Advance(TimeSpan.FromDays(90 * (2.0 / 3 + 0.1)));

        Assert.Equal(TimeSpan.Zero, await StepAsync());

        var after = _credentials.Current;
        Assert.NotEqual(before.Json.Key, after.Json.Key);
        Assert.Equal(_clock.GetUtcNow().AddDays(90), after.NotAfter, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromHours(1), await StepAsync());
        Assert.Contains("has a new certificate", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(["identity.json", "identity.lock"], Files());
    }

    [Fact]
    public async Task A_fleet_that_was_enrolled_in_one_moment_is_spread_over_a_fifth_of_the_life()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        var shares = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            File.Delete(_directory["request.json"]);
            var identity = await AskAsync(server);
            var share = (RenewalSchedule.DueAt(identity) - identity.NotBefore) / (identity.NotAfter - identity.NotBefore);
            Assert.InRange(share, 2.0 / 3 - 0.1, 2.0 / 3 + 0.1);
            shares.Add(share);
        }

        // 40 draws of one half would be within a tenth of the width once in 10^12 tries
        Assert.True(shares.Max() - shares.Min() > 0.1, $"{shares.Min()} to {shares.Max()}");
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_and_gives_the_one_certificate()
    {
        await using var server = await EnrolledAsync();
        Expire();
        server.Fault = http =>
        {
            http.Abort();
            return Task.FromResult(true);
        };
        await StepAsync();
        server.Fault = null;

        await StepAsync();

        Assert.Equal((string?)server.Requests[1]["csr"], (string?)server.Requests[2]["csr"]);
        Assert.Equal(2, server.Certificates);
        Assert.Null(_credentials.LastFailure);
    }

    /// <summary>Killed after the new identity was in its place, before its request was gone.</summary>
    [Fact]
    public async Task A_request_whose_certificate_is_in_use_is_not_sent_again()
    {
        await using var server = await EnrolledAsync();
        Expire();
        _files.Request(Device, _credentials.Current);
        var kept = await File.ReadAllBytesAsync(_directory["request.json"], TestContext.Current.CancellationToken);
        await StepAsync();
        await File.WriteAllBytesAsync(_directory["request.json"], kept, TestContext.Current.CancellationToken);
        Expire();

        await StepAsync();

        Assert.NotEqual((string?)server.Requests[1]["csr"], (string?)server.Requests[2]["csr"]);
        Assert.Equal(3, server.Certificates);
    }

    [Fact]
    public async Task A_refusal_changes_nothing_is_told_once_and_asked_again_ever_more_rarely()
    {
        await using var server = await EnrolledAsync();
        var before = _credentials.Current;
        server.Fault = EnrollingServer.Refuses(403, "The device is disabled.");
        Expire();

        var pauses = new List<double>();
        for (var i = 0; i < 9; i++) pauses.Add((await StepAsync()).TotalSeconds);

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 600, 600], pauses);
        Assert.Equal(before.Serial, _credentials.Current.Serial);
        Assert.Equal("The device is disabled.", _credentials.LastFailure);
        Assert.Contains("iot-edge-agent enroll", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_an_expired_certificate_waits_until_it_is_renewed()
    {
        await using var server = await EnrolledAsync();
        Expire();
        var usable = _credentials.UsableAsync(TestContext.Current.CancellationToken);
        Assert.False(usable.IsCompleted);

        await StepAsync();

        Assert.Equal(_credentials.Current.Serial, (await usable).Serial);
    }

    [Fact]
    public async Task Who_waits_goes_on_when_the_device_was_enrolled_anew_by_hand()
    {
        await using var server = await EnrolledAsync();
        server.Fault = EnrollingServer.Refuses(403, "Too late.");
        Expire();
        await StepAsync();
        var usable = _credentials.UsableAsync(TestContext.Current.CancellationToken);
        server.Fault = null;
        _files.Write(await AskAsync(server));

        await StepAsync();

        Assert.Equal(_credentials.Current.Serial, (await usable).Serial);
    }

    /// <summary>Each try is a certificate more at the gateway, which gives ten.</summary>
    [Fact]
    public async Task A_clock_that_calls_every_certificate_old_does_not_ask_without_end()
    {
        await using var server = await EnrolledAsync();
        Expire();
        server.Lifetime = TimeSpan.FromSeconds(1);

        Assert.Equal(TimeSpan.FromDays(1), await StepAsync());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(_credentials.Current.Serial, (await _credentials.UsableAsync(TestContext.Current.CancellationToken)).Serial); // the gateway has just given it
    }

    [Fact]
    public async Task New_roots_are_kept_and_without_any_the_old_ones_are()
    {
        using var next = new TestAuthority(_clock.GetUtcNow());
        await using var server = await EnrolledAsync();
        server.Answering = answer => answer["roots"] = _authority.Root.ExportCertificatePem() + "\n" + next.Root.ExportCertificatePem();
        Expire();
        await StepAsync();
        Assert.Equal(2, _credentials.Current.Roots().Count);

        server.Answering = null;
        Expire();
        await StepAsync();
        Assert.Equal(2, _credentials.Current.Roots().Count);
    }

    [Fact]
    public async Task While_somebody_enrolls_nothing_is_asked()
    {
        await using var server = await EnrolledAsync();
        Expire();
        using var turn = _files.TryLock();

        Assert.Equal(TimeSpan.FromSeconds(5), await StepAsync());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_is_named_and_the_old_identity_stays()
    {
        await using var server = await EnrolledAsync();
        var before = _credentials.Current;
        Expire();
        Directory.CreateDirectory(_directory["request.json.new/in the way"]);

        Assert.Equal(TimeSpan.FromSeconds(5), await StepAsync());

        Assert.Contains("request.json", _credentials.LastFailure, StringComparison.Ordinal);
        Assert.Equal(before.Serial, _credentials.Current.Serial);
    }

    private void Expire() => _clock.Advance(TimeSpan.FromDays(91));

    private Task<TimeSpan> StepAsync() => _renewal.StepAsync(TestContext.Current.CancellationToken);

    private async Task<EnrollingServer> EnrolledAsync()
    {
        var server = await EnrollingServer.StartAsync(_authority, _clock);
        _files.Write(await AskAsync(server));
        using (_files.TryLock())
        {
            // so that its file is there
        }

        return server;
    }

    private async Task<DeviceIdentity> AskAsync(EnrollingServer server)
    {
        Assert.True(EnrollmentToken.TryParse(server.Token(), out var token, out var whyNot), whyNot);
        var answer = await new EnrollmentClient(_clock).EnrollAsync(token, _files.Request(Device, current: null), TestContext.Current.CancellationToken);
        Assert.True(answer.Identity is not null, answer.Problem);
        return answer.Identity;
    }

    private IEnumerable<string> Files() => Directory.EnumerateFileSystemEntries(_directory.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
