using System.Globalization;
using System.Text;
using Iot.Gateway.Dashboard.Live;
using Iot.Wire;

namespace Iot.Gateway.Tests.Dashboard;

public class LiveValuesTests
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    [Fact]
    public void A_slow_subscriber_gets_the_newest_value_and_none_in_between()
    {
        var values = new DeviceValues();
        var version = 0L;

        for (var i = 1; i <= 1000; i++) values.TryPut(Value("temperature", i, i));
        var first = values.ChangedSince(ref version);
        values.TryPut(Value("humidity", 1, 40));
        var second = values.ChangedSince(ref version);

        Assert.Equal(1000.0, Assert.Single(first).Value);
        Assert.Equal("humidity", Assert.Single(second).Field);
        Assert.Empty(values.ChangedSince(ref version));
    }

    [Fact]
    public void A_value_that_arrives_late_does_not_replace_a_newer_one()
    {
        var values = new DeviceValues();
        var version = 0L;

        values.TryPut(Value("temperature", timeNs: 20, 2));
        values.TryPut(Value("temperature", timeNs: 10, 1));

        Assert.Equal(2.0, Assert.Single(values.ChangedSince(ref version)).Value);
    }

    [Fact]
    public void A_device_of_endless_series_takes_a_bounded_room()
    {
        var values = new DeviceValues();

        var taken = Enumerable.Range(0, DeviceValues.MaxSeries + 10).Count(i => values.TryPut(Value($"f{i.ToString(CultureInfo.InvariantCulture)}", 1, 1)));

        Assert.Equal(DeviceValues.MaxSeries, taken);
    }

    [Fact]
    public async Task The_spool_is_followed_from_the_first_watcher_to_the_last()
    {
        var watched = new WatchedDevices();
        var (before, started) = watched.State();

        var one = watched.Start(Pump);
        await started;
        var (during, stopped) = watched.State();
        var two = watched.Start(Pump);
        one.Dispose();
        Assert.False(stopped.IsCompleted);
        Assert.NotNull(watched.Find(Encoding.ASCII.GetBytes("pump-7")));
        two.Dispose();
        await stopped;

        Assert.Equal((false, true), (before, during));
        Assert.Null(watched.Find(Encoding.ASCII.GetBytes("pump-7")));
    }

    [Fact]
    public void A_rate_is_of_the_last_half_minute()
    {
        var window = new RateWindow();
        var rate = 0.0;

        for (var second = 0; second <= 100; second++) rate = window.Add(TimeSpan.FromSeconds(second), second < 50 ? second * 10 : 500 + ((second - 50) * 2));

        Assert.Equal(2.0, rate, 3);
    }

    private static LiveValue Value(string field, long timeNs, double value) => new("telemetry", field, "", ReadingKind.Float, Unit: null, timeNs, value);
}
