using System.Text;
using Iot.EdgeAgent.Configuring;

namespace Iot.EdgeAgent.Tests.Configuring;

public class DesiredConfigTests
{
    [Fact]
    public void Settings_become_keys_a_list_replaces_a_list_and_null_takes_away()
    {
        var desired = Parse("""{"version": 7, "settings": {"Batching": {"MaxAge": "00:00:05", "MaxReadings": 10}, "Sensors": {"hwmon": null, "a": {"Include": ["x", "y"], "On": true}}}}""")!;

        Assert.Equal(7, desired.Version);
        Assert.Equal(("00:00:05", "10", "y", "true"), (desired.Values["Batching:MaxAge"], desired.Values["Batching:MaxReadings"], desired.Values["Sensors:a:Include:1"], desired.Values["Sensors:a:On"]));
        Assert.Equal(["Sensors:hwmon", "Sensors:a:Include"], desired.Removed);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[]", "must be {")]
    [InlineData("""{"version": 7, "settings": {"Logging": {"LogLevel": {"Default": "\ud800"}}}}""", "no JSON")]
    [InlineData("""{"version": 7, "settings": {"Batching": {"\udc00": 1}}}""", "no JSON")]
    [InlineData("""{"\ud800": 7, "version": 7, "settings": {"Batching": ["\ud800"]}}""", "no JSON")]
    [InlineData("{}", "must be {")]
    [InlineData("""{"version": "7", "settings": {}}""", "must be {")]
    [InlineData("""{"version": 1.5, "settings": {}}""", "must be {")]
    [InlineData("""{"version": 99999999999999999999, "settings": {}}""", "must be {")]
    [InlineData("""{"version": 7}""", "must be {")]
    [InlineData("""{"version": 7, "settings": []}""", "must be {")]
    [InlineData("""{"version": 7, "settings": {"Batching": {"MaxAge": 1, "maxage": 2}}}""", "Batching:maxage: is given twice")]
    [InlineData("""{"version": 7, "settings": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}}}}}}}}}""", "no JSON")]
    public void What_is_no_configuration_is_refused_with_the_reason(string payload, string reason)
    {
        Assert.Null(Parse(payload, out var problem));
        Assert.Contains(reason, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_32_KiB_are_not_read()
    {
        Assert.Null(Parse("{\"version\": 7, \"settings\": {\"" + new string('x', DesiredConfig.MaxBytes) + "\": {}}}", out var problem));
        Assert.Contains("32768 are the most", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_of_one_version_are_told_apart_by_what_they_say()
    {
        var first = Parse("""{"version": 1, "settings": {"Batching": {"MaxReadings": 1}}}""")!;

        Assert.True(first.IsSame(Parse("""{"settings": {"Batching": {"MaxReadings": 1}}, "version": 1}""")));
        Assert.False(first.IsSame(Parse("""{"version": 1, "settings": {"Batching": {"MaxReadings": 2}}}""")));
        Assert.False(first.IsSame(Parse("""{"version": 2, "settings": {"Batching": {"MaxReadings": 1}}}""")));
    }

    internal static DesiredConfig? Parse(string json) => Parse(json, out _);

    private static DesiredConfig? Parse(string json, out ConfigProblem problem) => DesiredConfig.TryParse(Encoding.UTF8.GetBytes(json), out _, out problem);
}
