using Iot.EdgeAgent.Configuring;
using Microsoft.Extensions.Configuration;

namespace Iot.EdgeAgent.Tests.Configuring;

public class EffectiveSettingsTests
{
    [Fact]
    public void The_gateway_s_settings_lie_over_the_machine_s()
    {
        var effective = Read(
            """{"Batching": {"MaxAge": "00:00:05"}, "Sensors": {"hwmon": null, "b": {"Kind": "Simulated"}}}""",
            ("Batching:MaxAge", "00:00:01"), ("Batching:MaxReadings", "7"), ("Sensors:hwmon:Kind", "Hwmon"), ("Sensors:hwmon:Interval", "00:00:05"), ("Sensors:a:Kind", "Thermal"), ("PATH", "/bin"));

        Assert.Equal((TimeSpan.FromSeconds(5), 7), (effective.Options.Batching.MaxAge, effective.Options.Batching.MaxReadings));
        Assert.Equal(["a", "b"], effective.Options.Sensors.Keys.Order(StringComparer.Ordinal));
        Assert.Null(effective.Configuration["PATH"]);
    }

    [Fact]
    public void Every_mistake_is_named_with_key_value_and_what_to_do()
    {
        var desired = DesiredConfigTests.Parse("""{"version": 1, "settings": {"Batching": {"MaxAge": "02:00:00"}, "Gateway": {"KeepAlife": 5}, "Sensors": {"x": {"Kind": "System", "Interval": "fast"}}}}""");
        Assert.Null(EffectiveSettings.TryRead(Local(), desired, allowExec: false, out var type));
        Assert.Equal(new("Sensors:x:Interval", "fast", "must be a duration, hh:mm:ss or d.hh:mm:ss."), Assert.Single(type));

        desired = DesiredConfigTests.Parse("""{"version": 1, "settings": {"Batching": {"MaxAge": "02:00:00"}, "Gateway": {"KeepAlife": 5}}}""");
        Assert.Null(EffectiveSettings.TryRead(Local(), desired, allowExec: false, out var problems));
        Assert.Equal([new("Gateway:KeepAlife", null, "no such key; did you mean Gateway:KeepAlive?"), new("Batching:MaxAge", "02:00:00", "must be between 00:00:00 and 01:00:00.")], problems);
    }

    [Fact]
    public void The_hash_tells_behaviour_apart_and_no_secrets()
    {
        var hash = Read("{}", ("Batching:MaxReadings", "7"), ("Gateway:Password", "one")).Hash();

        Assert.Equal(hash, Read("""{"Batching": {"MaxReadings": 7}}""", ("Gateway:Password", "two")).Hash());
        Assert.NotEqual(hash, Read("""{"Batching": {"MaxReadings": 8}}""").Hash());
    }

    private static EffectiveSettings Read(string settings, params (string Key, string Value)[] local)
    {
        var effective = EffectiveSettings.TryRead(Local(local), DesiredConfigTests.Parse($$"""{"version": 1, "settings": {{settings}}}"""), allowExec: false, out var problems);
        Assert.Empty(problems);
        return effective!;
    }

    private static IConfigurationRoot Local(params (string Key, string Value)[] local) =>
        new ConfigurationBuilder().AddInMemoryCollection(local.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
}
