using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Updating;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Updating;

/// <summary>Real packages, the real dpkg on a root of its own. A package's program is a word, which says how that version fares.</summary>
public sealed partial class UpdateInstallerTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ReleaseMaker _maker = new();
    private readonly UpdatePaths _paths;
    private readonly Dpkg _dpkg;

    public UpdateInstallerTests()
    {
        Directory.CreateDirectory(Path.Combine(Root, "var", "lib", "dpkg", "updates"));
        Directory.CreateDirectory(Path.Combine(Root, "var", "lib", "dpkg", "info"));
        File.WriteAllText(Path.Combine(Root, "var", "lib", "dpkg", "status"), "");
        var key = Path.Combine(_directory.Path, "release.pem");
        File.WriteAllText(key, _maker.PublicKeyPem);
        _paths = new(Path.Combine(_directory.Path, "data"), Path.Combine(_directory.Path, "state"), key);
        _dpkg = new(Root);
    }

    private string Root => Path.Combine(_directory.Path, "root");

    private string Program => Path.Combine(Root, "usr", "lib", "iot-edge-agent");

    public void Dispose()
    {
        _maker.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_version_that_publishes_is_kept_and_is_the_one_to_go_back_to()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves", current: "1.0.0 serves");

        var result = await RunAsync("1.0.0");

        Assert.Equal(("1.1.0", UpdateState.Applied, "1.1.0"), (result!.Version, result.State, result.Current));
        Assert.Equal("1.1.0 serves", File.ReadAllText(Program));
        Assert.Equal(result, _paths.Result());
        using var key = _paths.Key(out _);
        Assert.Equal("1.1.0", UpdatePaths.Checked(_paths.Current, key!, out _)!.Version);
    }

    [Theory]
    [InlineData("1.1.0 hangs", "It was without an acknowledgement of the gateway for 300 s: no route")]
    [InlineData("1.1.0 dies", "It does not run 300 s after it was installed.")]
    [InlineData("1.1.0 blind", "It was without an acknowledgement of the gateway for 300 s: nothing was published.")]
    public async Task A_version_that_does_not_serve_is_taken_back(string next, string reason)
    {
        await InstalledAsync("1.0.0 serves");
        HandOver(next, current: "1.0.0 serves");

        var result = await RunAsync("1.0.0");

        Assert.Equal(UpdateState.RolledBack, result!.State);
        Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
        Assert.Equal("1.0.0 serves", File.ReadAllText(Program));
        Assert.Equal((1, "1.0.0"), (result.Attempts, result.Current));
    }

    [Fact]
    public async Task Attempts_are_counted()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 hangs", current: "1.0.0 serves");
        await RunAsync("1.0.0");
        HandOver("1.1.0 hangs");

        Assert.Equal(2, (await RunAsync("1.0.0"))!.Attempts);
    }

    [Fact]
    public async Task A_version_without_a_way_back_is_refused()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves");

        var result = await RunAsync("1.0.0");

        Assert.Equal((UpdateState.Refused, "The package of 1.0.0 is not there to go back to."), (result!.State, result.Reason));
        Assert.Equal("1.0.0 serves", File.ReadAllText(Program));
    }

    [Theory]
    [InlineData("0.9.0"), InlineData("1.0.0"), InlineData("1.0.0~rc1")]
    public async Task No_older_version_is_installed(string version)
    {
        await InstalledAsync("1.0.0 serves");
        HandOver($"{version} serves", current: "1.0.0 serves");

        Assert.Equal(UpdateState.Refused, (await RunAsync("1.0.0"))!.State);
        Assert.Equal("1.0.0 serves", File.ReadAllText(Program));
    }

    [Fact]
    public async Task A_package_that_was_changed_on_its_way_is_refused()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves", current: "1.0.0 serves");
        File.AppendAllText(Path.Combine(_paths.Ready, "next", UpdatePaths.PackageName), "x");

        var result = await RunAsync("1.0.0");

        Assert.Equal(UpdateState.Refused, result!.State);
        Assert.StartsWith("The package is not the one that the release names", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_package_is_not_followed()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves", current: "1.0.0 serves");
        var package = Path.Combine(_paths.Ready, "next", UpdatePaths.PackageName);
        var elsewhere = Path.Combine(_directory.Path, "elsewhere");
        File.Move(package, elsewhere);
        File.CreateSymbolicLink(package, elsewhere);

        Assert.Equal(UpdateState.Refused, (await RunAsync("1.0.0"))!.State);
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_release_is_not_waited_for()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves", current: "1.0.0 serves");
        var release = Path.Combine(_paths.Ready, "next", UpdatePaths.ReleaseName);
        File.Delete(release);
        Assert.Equal(0, (await RealProcess.RunAsync("mkfifo", [release])).ExitCode);

        Assert.Equal(UpdateState.Refused, (await RunAsync("1.0.0"))!.State);
    }

    [Fact]
    public async Task After_a_change_of_the_key_the_package_that_runs_is_asked_for_again()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves");

        Assert.Null((await RunAsync("1.0.0"))!.Current);
    }

    [Fact]
    public async Task Two_runs_at_once_do_not_meet()
    {
        using var other = _paths.TryLock();
        HandOver("1.1.0 serves");

        Assert.Null(await RunAsync("1.0.0"));
    }

    [Fact]
    public async Task Nothing_is_done_when_nothing_waits() => Assert.Null(await RunAsync("1.0.0"));

    private async Task InstalledAsync(string program)
    {
        var folder = Path.Combine(_directory.Path, "first");
        _maker.Write(folder, program.Split(' ')[0], program);
        Assert.Null(await _dpkg.InstallAsync(Path.Combine(folder, UpdatePaths.PackageName), TestContext.Current.CancellationToken));
    }

    private void HandOver(string next, string? current = null)
    {
        if (Directory.Exists(_paths.Ready)) Directory.Delete(_paths.Ready, recursive: true);
        _maker.Write(Path.Combine(_paths.Ready, "next"), next.Split(' ')[0], next);
        if (current is not null) _maker.Write(Path.Combine(_paths.Ready, "current"), current.Split(' ')[0], current);
    }

    private Task<UpdateResult?> RunAsync(string running, Func<AgentStatus?>? status = null, CancellationToken? cancellation = null)
    {
        var trial = new UpdateTrial(status ?? Installed, _clock);
        return new UpdateInstaller(_paths, _dpkg, trial, new(), running, _clock).RunAsync(cancellation ?? TestContext.Current.CancellationToken);
    }

    /// <summary>What the agent that is installed would say; each look takes a second.</summary>
    private AgentStatus? Installed()
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var (version, fares) = (File.ReadAllText(Program).Split(' ')[0], File.ReadAllText(Program).Split(' ')[1]);
        if (fares is "dies") return null;

        var serves = fares is "serves";
        if (fares is "blind")
        {
            return new(version, Running: true, 1, _clock.GetUtcNow(), "mqtts://gateway:8883",
                [new("pump-7", Connected: true, null, LastPublished: null, 7, 0, OutboxFull: false, 0, "0", [new("meter", TimeSpan.FromSeconds(1), "no answer")])]);
        }

        return new(version, Running: true, 1, _clock.GetUtcNow(), "mqtts://gateway:8883",
            [new("pump-7", serves, serves ? null : "no route", LastPublished: null, serves ? 1 : 0, 0, OutboxFull: false, 0, "0", [], Fresh: serves)]);
    }
}
