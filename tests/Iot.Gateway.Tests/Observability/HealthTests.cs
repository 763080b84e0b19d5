using System.Net;
using Iot.Gateway.Delivery;
using Iot.Gateway.Observability;
using Iot.Gateway.Tests.Dashboard;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Observability;

public class HealthTests
{
    [Fact]
    public async Task All_well_is_200_and_healthy()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        Assert.Equal((HttpStatusCode.OK, "healthy"), await AskAsync(gateway, "/health/live", "healthy"));
        Assert.Equal((HttpStatusCode.OK, "healthy"), await AskAsync(gateway, "/health/ready", "healthy"));
    }

    [Fact]
    public async Task An_open_circuit_is_degraded_and_not_dead()
    {
        var canned = new CannedGateway();
        canned.Sinks.Add(new("Influx", CircuitState.Open, "does not answer; 5 readings wait in the spool", 0, 5, 0));
        await using var gateway = await canned.StartAsync();

        Assert.Equal((HttpStatusCode.OK, "degraded"), await AskAsync(gateway, "/health/ready", "degraded"));
        Assert.Equal((HttpStatusCode.OK, "Influx: does not answer"), await AskAsync(gateway, "/health/ready", "Influx: does not answer"));
        Assert.Equal((HttpStatusCode.OK, "healthy"), await AskAsync(gateway, "/health/live", "healthy"));
    }

    [Fact]
    public async Task Not_ready_is_503_with_the_reason()
    {
        await using var gateway = await new CannedGateway { NotReady = { "The journal is full." } }.StartAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The journal is full."), await AskAsync(gateway, "/health/ready", "The journal is full."));
        Assert.Equal((HttpStatusCode.OK, "healthy"), await AskAsync(gateway, "/health/live", "healthy"));
    }

    [Fact]
    public async Task A_loop_that_ended_means_not_alive()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        gateway.Get<LoopWatch>().Start("delivery to Influx", TimeSpan.FromSeconds(30)).Failed("disk on fire");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "disk on fire"), await AskAsync(gateway, "/health/live", "disk on fire"));
    }

    [Fact]
    public void A_loop_may_wait_for_ever_and_work_only_for_so_long()
    {
        var clock = new FakeTimeProvider();
        var watch = new LoopWatch(clock);
        var loop = watch.Start("delivery", TimeSpan.FromSeconds(30));

        loop.Waiting();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(watch.Problems());

        loop.Working();
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(watch.Problems());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("delivery", Assert.Single(watch.Problems()), StringComparison.Ordinal);

        loop.Working();
        Assert.Empty(watch.Problems());
    }

    /// <summary>The status, and <paramref name="expected"/> when the answer holds it, else the answer.</summary>
    private static async Task<(HttpStatusCode Status, string Found)> AskAsync(CannedGateway gateway, string path, string expected)
    {
        using var client = gateway.Client();
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text.Contains(expected, StringComparison.Ordinal) ? expected : text);
    }
}
