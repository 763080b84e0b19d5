using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Tests.Enrollment;
using Iot.EdgeAgent.Updating;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Updating;

/// <summary>Step by step, over real TLS.</summary>
public sealed class UpdateLoopTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly LineLogger _log = new();
    private readonly ReleaseMaker _maker = new();
    private readonly TestAuthority _authority = new(TimeProvider.System.GetUtcNow());
    private readonly UpdatePaths _paths;
    private readonly string _key;
    private double _random;
    private UpdateOptions _options = new() { Version = "1.1.0", MaxBytesPerSecond = 100 << 20 };

    public UpdateLoopTests()
    {
        _key = Path.Combine(_directory.Path, "release.pem");
        File.WriteAllText(_key, _maker.PublicKeyPem);
        _paths = new(_directory.Path, Path.Combine(_directory.Path, "state"), _key);
    }

    public void Dispose()
    {
        _maker.Dispose();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_wanted_version_and_the_one_that_runs_are_handed_over()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        await StepAsync();

        using var key = _paths.Key(out _);
        Assert.Equal("1.1.0", UpdatePaths.Checked(Path.Combine(_paths.Ready, "next"), key!, out _)!.Version);
        Assert.Equal("1.0.0", UpdatePaths.Checked(Path.Combine(_paths.Ready, "current"), key!, out _)!.Version);
        Assert.Equal("1.1.0", await File.ReadAllTextAsync(_paths.Request, TestContext.Current.CancellationToken));
        Assert.Contains("root installs it now", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_that_runs_is_not_fetched_when_root_has_it()
    {
        await using var server = await ServerAsync("1.1.0");
        _paths.Note(new("1.0.0", UpdateState.Applied, null, TimeProvider.System.GetUtcNow(), 1, "1.0.0"));
        await StepAsync();

        Assert.False(Directory.Exists(Path.Combine(_paths.Ready, "current")));
        Assert.True(Directory.Exists(Path.Combine(_paths.Ready, "next")));
    }

    [Fact]
    public async Task What_was_cut_off_goes_on_where_it_stopped()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        var package = await FetchedInPartAsync(server);

        await StepAsync();

        Assert.True(File.Exists(_paths.Request));
        Assert.Contains($"{package} bytes=1000-", server.Sent);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_gateway_that_is_busy_costs_nothing_of_what_was_fetched(int status)
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        var package = await FetchedInPartAsync(server);
        server.RefusesOnce = (package, status);
        await StepAsync();
        Assert.Contains(_log.Lines, line => line.Contains($"the gateway answered {status}", StringComparison.Ordinal));
        server.Sent.Clear();

        await StepAsync();

        Assert.True(File.Exists(_paths.Request));
        Assert.Contains($"{package} bytes=1000-", server.Sent);
    }

    [Fact]
    public async Task A_connection_that_breaks_costs_one_more_try()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        server.CutAfter = 1000;
        await StepAsync();
        Assert.False(File.Exists(_paths.Request));

        await StepAsync();

        Assert.True(File.Exists(_paths.Request));
    }

    [Fact]
    public async Task A_gateway_without_that_version_is_reported_once()
    {
        await using var server = await ServerAsync("1.0.0");
        using var loop = Loop(TimeProvider.System);
        for (var step = 0; step < 3; step++) await loop.StepAsync(TestContext.Current.CancellationToken);

        Assert.Contains("the gateway does not have it", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_of_another_key_is_thrown_away()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        using var other = new ReleaseMaker();
        await File.WriteAllTextAsync(_key, other.PublicKeyPem, TestContext.Current.CancellationToken);
        await StepAsync();

        Assert.False(File.Exists(_paths.Request));
        Assert.Contains("signature is not of the key", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_paths.Fetched));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_fetched()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        File.Delete(_key);
        await StepAsync();

        Assert.Empty(server.Sent);
        Assert.Contains("the key of whoever makes releases", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_was_taken_back_is_tried_again_after_an_hour_and_three_times_at_most()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        _paths.Note(new("1.1.0", UpdateState.RolledBack, "no route.", clock.GetUtcNow(), 2, "1.0.0"));
        Assert.Equal(TimeSpan.FromHours(1), await StepAsync(clock));
        Assert.Empty(server.Sent);

        _paths.Note(new("1.1.0", UpdateState.RolledBack, "no route.", clock.GetUtcNow() - TimeSpan.FromHours(2), 3, "1.0.0"));
        await StepAsync(clock);
        Assert.Empty(server.Sent);

        _paths.Note(new("1.1.0", UpdateState.RolledBack, "no route.", clock.GetUtcNow() - TimeSpan.FromHours(2), 2, "1.0.0"));
        await StepAsync();
        Assert.True(File.Exists(_paths.Request));
    }

    [Fact]
    public async Task A_refused_version_is_fetched_anew_when_it_is_tried_again()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        await StepAsync();
        await File.AppendAllTextAsync(Path.Combine(_paths.Ready, "next", UpdatePaths.PackageName), "x", TestContext.Current.CancellationToken);
        _paths.Note(new("1.1.0", UpdateState.Refused, "It differs.", TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2), 1, Current: null));

        await StepAsync();

        using var key = _paths.Key(out _);
        Assert.NotNull(UpdatePaths.Checked(Path.Combine(_paths.Ready, "next"), key!, out _));
        Assert.NotNull(UpdatePaths.Checked(Path.Combine(_paths.Ready, "current"), key!, out _));
    }

    [Fact]
    public async Task A_fleet_does_not_come_at_one_moment()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        _random = 0.5;
        using var loop = Loop(TimeProvider.System);

        Assert.Equal(TimeSpan.FromMinutes(5), await loop.StepAsync(TestContext.Current.CancellationToken));
        Assert.Empty(server.Sent);
        await loop.StepAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(_paths.Request));
    }

    [Fact]
    public async Task Once_it_runs_what_was_fetched_is_gone()
    {
        await using var server = await ServerAsync("1.0.0", "1.1.0");
        await StepAsync();
        _options = _options with { Version = "1.0.0" };

        Assert.Equal(Timeout.InfiniteTimeSpan, await StepAsync());
        Assert.False(Directory.Exists(_paths.Ready));
    }

    private async Task<EnrollingServer> ServerAsync(params string[] versions)
    {
        var server = await EnrollingServer.StartAsync(_authority, TimeProvider.System);
        foreach (var version in versions)
        {
            var (release, package) = Release.FilesOf(version);
            var folder = Path.Combine(_directory.Path, "made");
            _maker.Write(folder, version, $"{version} serves", release, package);
            foreach (var name in (string[])[release, package]) server.Files[name] = await File.ReadAllBytesAsync(Path.Combine(folder, name));
        }

        var files = new IdentityFiles(_directory.Path);
        Assert.True(EnrollmentToken.TryParse(server.Token(), out var token, out _));
        var answer = await new EnrollmentClient(TimeProvider.System).EnrollAsync(token, files.Request(DeviceId.Parse("pump-7"), current: null), TestContext.Current.CancellationToken);
        files.Write(answer.Identity!);
        return server;
    }

    /// <summary>The first 1000 bytes of the package of 1.1.0 are here already.</summary>
    private async Task<string> FetchedInPartAsync(EnrollingServer server)
    {
        var (_, package) = Release.FilesOf("1.1.0");
        var part = Path.Combine(_paths.Fetched, "1.1.0", UpdatePaths.PackageName + ".part");
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        await File.WriteAllBytesAsync(part, server.Files[package][..1000], TestContext.Current.CancellationToken);
        return package;
    }

    private async Task<TimeSpan> StepAsync(TimeProvider? clock = null)
    {
        using var loop = Loop(clock ?? TimeProvider.System);
        var first = await loop.StepAsync(TestContext.Current.CancellationToken);
        if (first > TimeSpan.Zero || first == Timeout.InfiniteTimeSpan) return first; // nothing to do, or not yet

        return await loop.StepAsync(TestContext.Current.CancellationToken);
    }

    private UpdateLoop Loop(TimeProvider clock) =>
        new(() => _options, "1.0.0", new(new(_directory.Path), clock), _paths, () => _random, clock, new Logger<UpdateLoop>(new OneLogger(_log)));
}
