using System.Text;
using System.Text.Json;
using Iot.EdgeAgent.Configuring;

namespace Iot.EdgeAgent.Tests.Configuring;

/// <summary>What the gateway is told fits into what it takes, in any language.</summary>
public class ConfigReportTests
{
    [Theory]
    [InlineData("x", 16)]
    [InlineData("é", 4)]
    [InlineData("温", 4)]
    [InlineData("\u0001", 2)]
    public void The_last_problems_are_left_out_where_all_are_too_long(string letter, int told)
    {
        var text = string.Concat(Enumerable.Repeat(letter, 300));
        ConfigProblem[] problems = [.. Enumerable.Repeat(new ConfigProblem(text, text, text), 40)];

        var json = new ConfigReport(1, ConfigReport.Refused, 0, DateTimeOffset.UnixEpoch, "", problems, letter is "x" ? [] : problems).ToJson();

        Assert.True(json.Length <= ConfigReport.MaxBytes, $"{json.Length} bytes");
        using var document = JsonDocument.Parse(json);
        Assert.Equal(told, document.RootElement.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public void Letters_stay_as_they_are() => Assert.Contains(
        "Größe 温度", Encoding.UTF8.GetString(new ConfigReport(1, ConfigReport.Refused, 0, default, "", [new("a", "Größe 温度", "no")], []).ToJson()), StringComparison.Ordinal);
}
