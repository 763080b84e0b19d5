using Iot.Testing;

namespace Iot.Gateway.Tests.Influx;

/// <summary>Against a real victoria-metrics by the V2 API; it keeps numbers, and milliseconds.</summary>
public sealed class VictoriaMetricsTests
{
    private const long Millisecond = 1_000_000;

    [Theory, InlineData("Off"), InlineData("On")]
    public async Task What_was_sent_is_there_and_sent_again_nothing_changes(string gzip)
    {
        await using var server = await VictoriaMetrics.StartAsync();
        await using var rig = SinkRig.Over(server.Url, "Bucket=iot", $"Gzip={gzip}");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 10_000;
        var samples = Enumerable.Range(0, 10).SelectMany(i => new Sample[]
        {
            new("temperature", 20.5 + i, (now + i) * Millisecond),
            new("running", i % 2 == 0, (now + i) * Millisecond),
        }).Append(new("note", "two\nlines", now * Millisecond)).ToArray();
        for (var i = 0; i < 2; i++)
            Assert.Empty((await rig.SendAsync(Spooled.Judged(7, "pump-7", "site=hall\\ 1", [], samples))).Refused);

        IReadOnlyList<Testing.StoredSeries> stored = [];
        await Eventually.TrueAsync(async () => (stored = await server.ExportAsync("{device=\"pump-7\",__name__=~\"telemetry_temperature|telemetry_running\"}")).Count == 2, "both series are there");
        var temperature = stored.Single(series => series.Labels.Contains(new("__name__", "telemetry_temperature")));
        Assert.Equal("hall 1", temperature.Labels["site"]);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 20.5 + i), temperature.Values);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => now + i), temperature.TimesMs);
        Assert.Equal([1, 0, 1, 0, 1, 0, 1, 0, 1, 0], stored.Single(series => series.Labels.Contains(new("__name__", "telemetry_running"))).Values);
    }

    [Fact]
    public async Task Check_finds_it_well()
    {
        await using var server = await VictoriaMetrics.StartAsync();
        await using var rig = SinkRig.Over(server.Url, "Bucket=iot");
        var finding = await rig.Check.CheckAsync(TestContext.Current.CancellationToken);

        Assert.True(finding.IsWell, finding.Words);
    }
}
