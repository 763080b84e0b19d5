using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Grafana;

/// <summary>Dashboards and datasources fit together, and Flux, which no server here speaks, asks for what the gateway writes.</summary>
public sealed partial class ProvisioningTests
{
    [Fact]
    public void Dashboards_have_uids_of_their_own_and_fit_on_the_grid()
    {
        var dashboards = Dashboard.All();

        Assert.Equal(["iot-device", "iot-device-flux", "iot-fleet", "iot-gateway"], dashboards.Select(dashboard => dashboard.Uid).Order());
        Assert.All(dashboards.SelectMany(dashboard => dashboard.Panels), panel =>
        {
            var place = panel.GetProperty("gridPos");
            Assert.InRange(place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(), 1, 24);
            Assert.NotEqual("", panel.GetProperty("description").GetString());
        });
        Assert.All(dashboards, dashboard => Assert.Equal(dashboard.Panels.Count, dashboard.Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count()));
    }

    [Fact]
    public void Every_datasource_that_is_asked_is_provisioned()
    {
        var provisioned = Uids().Matches(string.Concat(Directory.EnumerateFiles(InRepository("docker/grafana/provisioning/datasources")).Select(File.ReadAllText)))
            .Select(match => match.Groups["uid"].Value).ToList();

        Assert.Equal(["influxdb", "influxql", "prometheus"], provisioned.Order());
        foreach (var dashboard in Dashboard.All())
        {
            foreach (var asked in dashboard.Panels.Concat(dashboard.Panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray())).Concat(dashboard.Variables))
                if (asked.TryGetProperty("datasource", out var datasource)) Assert.Contains(dashboard.DatasourceOf(datasource), provisioned);
        }
    }

    [Fact]
    public void Every_variable_that_is_used_is_there_and_every_link_leads_somewhere()
    {
        var uids = Dashboard.All().Select(dashboard => dashboard.Uid).ToList();
        foreach (var dashboard in Dashboard.All())
        {
            var known = dashboard.Variables.Select(variable => variable.GetProperty("name").GetString()!).Concat(["timeFilter", "tag_device"]).ToList();
            var text = dashboard.Json.ToString();
            Assert.All(Used().Matches(text), match => Assert.Contains(match.Groups["name"].Value, known));
            Assert.All(Linked().Matches(text), match => Assert.Contains(match.Groups["uid"].Value, uids));
        }
    }

    [Fact]
    public void No_gap_is_drawn_over()
    {
        foreach (var question in Dashboard.All().SelectMany(dashboard => dashboard.Questions(Language.InfluxQl)).Where(question => question.Text.Contains("time($interval)", StringComparison.Ordinal)))
            Assert.Matches(question.Text.Contains("count(", StringComparison.Ordinal) ? @" fill\(0\)$" : @" fill\(null\)$", question.Text);

        Assert.DoesNotContain("\"spanNulls\": true", string.Concat(Directory.EnumerateFiles(InRepository(Dashboard.Folder)).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public void Flux_asks_the_provisioned_bucket_for_series_as_the_gateway_writes_them()
    {
        var questions = Dashboard.All().SelectMany(dashboard => dashboard.Questions(Language.Flux)).ToList();
        var panels = questions.Where(question => !question.Title.StartsWith("variable", StringComparison.Ordinal)).ToList();

        Assert.Equal(6, panels.Count);
        Assert.All(panels, question => Assert.StartsWith("""
            from(bucket: v.defaultBucket)
              |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
              |> filter(fn: (r) => r.device == "${device}" and r._measurement == "${measurement}" and r._field == "${field}")
              |> 
            """, question.Text, StringComparison.Ordinal));
        Assert.All(questions.Except(panels), question => Assert.StartsWith("import \"influxdata/influxdb/schema\"\nschema.tagValues(bucket: v.defaultBucket, tag: ", question.Text, StringComparison.Ordinal));
        Assert.All(questions, question => Assert.All("(){}[]".Chunk(2), pair => Assert.Equal(question.Text.Count(pair[0].Equals), question.Text.Count(pair[1].Equals))));
    }

    private static string InRepository(string path) => Path.Combine(RepositoryRoot.Path, path);

    [GeneratedRegex(@"(?m)^ +uid: (?<uid>\S+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uids();

    /// <summary>Grafana's own begin with two underscores; a regular expression may end with a dollar.</summary>
    [GeneratedRegex(@"\$(\{(?<name>[a-z]\w*)(:\w+)?\}|(?<name>[a-z]\w*))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Used();

    [GeneratedRegex(@"/d/(?<uid>[\w-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Linked();
}
