using Iot.EdgeAgent.Updating;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Updating;

/// <summary>What is cut off in the middle ends well at the next start.</summary>
public sealed partial class UpdateInstallerTests
{
    [Fact]
    public async Task After_a_power_cut_in_the_trial_it_is_installed_and_tried_once_more()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves", current: "1.0.0 serves");
        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("1.0.0", () =>
        {
            cut.Cancel();
            return null;
        }, cut.Token));
        Assert.Equal(UpdateState.Trial, _paths.Result()!.State);

        Assert.Equal(UpdateState.Applied, (await RunAsync("1.1.0"))!.State);
    }

    [Fact]
    public async Task After_a_power_cut_a_version_that_does_not_serve_is_taken_back_all_the_same()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 dies", current: "1.0.0 serves");
        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("1.0.0", () =>
        {
            cut.Cancel();
            return null;
        }, cut.Token));

        Assert.Equal(UpdateState.RolledBack, (await RunAsync("1.1.0"))!.State);
        Assert.Equal("1.0.0 serves", File.ReadAllText(Program));
    }

    [Fact]
    public async Task A_version_that_takes_the_machine_down_is_taken_back_at_the_third_start()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 serves", current: "1.0.0 serves");
        for (var start = 0; start < 3; start++)
        {
            using var cut = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("1.0.0", () =>
            {
                cut.Cancel();
                return null;
            }, cut.Token));
        }

        var result = await RunAsync("1.1.0");

        Assert.Equal((UpdateState.RolledBack, "Its trial was cut off 3 times."), (result!.State, result.Reason));
        Assert.Equal("1.0.0 serves", await File.ReadAllTextAsync(Program, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_way_back_is_tried_until_it_is_done_also_by_the_next_run()
    {
        await InstalledAsync("1.0.0 serves");
        HandOver("1.1.0 dies", current: "1.0.0 serves");
        using var cut = new CancellationTokenSource();
        var package = Path.Combine(_paths.Current, UpdatePaths.PackageName);
        var run = RunAsync("1.0.0", () =>
        {
            if (File.Exists(package)) File.Move(package, package + ".away"); // dpkg fails, as with a full disk
            _clock.Advance(TimeSpan.FromSeconds(1));
            return null;
        }, cut.Token);
        await Eventually.TrueAsync(() => _paths.Result()?.Reason?.Contains("cannot be put back yet", StringComparison.Ordinal) is true, "the way back is tried");
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(UpdateState.GoingBack, _paths.Result()!.State);
        Assert.Contains("cannot be put back yet", _paths.Result()!.Reason, StringComparison.Ordinal);
        File.Move(package + ".away", package);

        Assert.Equal(UpdateState.RolledBack, (await RunAsync("1.1.0"))!.State);
        Assert.Equal("1.0.0 serves", await File.ReadAllTextAsync(Program, TestContext.Current.CancellationToken));
    }
}
