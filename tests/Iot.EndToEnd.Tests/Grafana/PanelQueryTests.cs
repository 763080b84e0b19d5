using System.Text.Json;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Grafana;

/// <summary>What panels, variables and rules ask, asked of a real InfluxDB and a real Prometheus that a real gateway has filled.</summary>
/// <remarks>Asked again for a while: a scrape that took too long on a busy machine makes Prometheus know nothing until the next.</remarks>
public sealed class PanelQueryTests(ObservedGateway observed) : IClassFixture<ObservedGateway>
{
    [Fact]
    public async Task Every_InfluxQL_query_gives_rows()
    {
        var questions = Dashboard.All().SelectMany(dashboard => dashboard.Questions(Language.InfluxQl)).ToList();
        Assert.True(questions.Count >= 15, $"{questions.Count} queries");

        foreach (var question in questions)
        {
            var answer = await AnswerAsync(question);
            Assert.True(answer is { Rows.Count: > 0 } && answer.Rows.Any(row => row.Any(HasValue)), $"no rows for {question}");
        }
    }

    [Fact]
    public async Task A_panel_shows_what_was_measured_and_a_gap_as_a_gap()
    {
        var device = Dashboard.All().Single(dashboard => dashboard.Uid is "iot-device");
        var panels = device.Questions(Language.InfluxQl).Take(3).ToList();

        var means = await RowsAsync(panels[0]);
        var counts = await RowsAsync(panels[1]);
        var silences = await RowsAsync(panels[2]);

        for (var i = 0; i < 30; i++) Assert.Equal(i / 100.0, means[observed.FirstSecond + (i * 10)]);
        for (var i = 30; i < 36; i++) Assert.Equal((null, 0), (means[observed.FirstSecond + (i * 10)], counts[observed.FirstSecond + (i * 10)]));
        Assert.Equal((0.36, 1, 70), (means[observed.FirstSecond + 360], counts[observed.FirstSecond + 360], silences[observed.FirstSecond + 360]));
    }

    [Fact]
    public async Task Every_PromQL_query_of_a_panel_gives_a_value()
    {
        foreach (var question in Dashboard.All().SelectMany(dashboard => dashboard.Questions(Language.PromQl)))
        {
            IReadOnlyList<PrometheusSample> samples = [];
            await Eventually.TrueAsync(
                async () => (samples = await observed.Prometheus.QueryAsync(Filled(question))).Any(sample => double.IsFinite(sample.Value)), $"a value for {question}");

            var legend = question.Json.TryGetProperty("legendFormat", out var text) ? text.GetString()! : "";
            foreach (var label in PromSelectors.InLegend(legend)) Assert.True(samples[0].Labels.ContainsKey(label), $"{label} is not in the answer to {question}");
        }
    }

    [Fact]
    public async Task Every_series_and_label_that_panels_and_rules_name_is_there()
    {
        var rules = (await observed.Prometheus.RulesAsync()).Select(rule => rule.GetProperty("query").GetString()!);
        var panels = Dashboard.All().SelectMany(dashboard => dashboard.Questions(Language.PromQl)).Select(Filled);

        foreach (var expression in rules.Concat(panels))
        {
            var selectors = PromSelectors.Of(expression);
            Assert.True(selectors.Count > 0, $"no metric in {expression}");
            foreach (var selector in selectors) await Eventually.TrueAsync(() => HasAsync(selector), $"{selector} is there, for {expression}");
            if (selectors[0].StartsWith("ALERTS", StringComparison.Ordinal)) continue; // its labels are those of what fires just now

            foreach (var label in PromSelectors.LabelsOf(expression))
                await Eventually.TrueAsync(() => AnyAsync(selectors, label), $"something has the label {label} in {expression}");
        }
    }

    [Fact]
    public async Task Every_rule_is_loaded_and_can_be_judged()
    {
        var rules = await observed.Prometheus.RulesAsync();

        Assert.Equal(AlertRules.Names, rules.Select(rule => rule.GetProperty("name").GetString()!));
        Assert.All(rules, rule => Assert.True(rule.GetProperty("health").ValueEquals("ok") && !rule.TryGetProperty("lastError", out _), rule.ToString()));
        await Eventually.TrueAsync(async () => (await FiringAsync()).SequenceEqual(["SecurityEventOpen"]), "one rule fires, and no other"); // a scrape that came too late is made up for by the next
    }

    [Fact]
    public async Task The_books_come_out_in_every_scrape()
    {
        const string receipt = "sum(iot_gateway_books_readings{entry=\"received\"}) - sum(iot_gateway_books_readings{entry=~\"accepted|rejected|duplicate\"})";

        Assert.Equal(0, Assert.Single(await observed.Prometheus.QueryAsync($"max_over_time(abs({receipt})[1h:1s])")).Value);
        await Eventually.TrueAsync(async () => await observed.Prometheus.QueryAsync("iot_gateway_batches_missing{held=\"no\"}") is [{ Value: 3 }], "three batches are missing");
    }

    private async Task<IEnumerable<string>> FiringAsync() => (await observed.Prometheus.RulesAsync())
        .Where(rule => rule.GetProperty("state").ValueEquals("firing")).Select(rule => rule.GetProperty("name").GetString()!);

    private Task<InfluxTable?> AnswerAsync(Question question) => observed.InfluxAsync(question.Filled(ObservedGateway.Device, "cpu", "usage"));

    private static string Filled(Question question) => question.Filled(ObservedGateway.Device, "cpu", "usage");

    /// <summary>The first column of values by second.</summary>
    private async Task<Dictionary<long, double?>> RowsAsync(Question question) => (await AnswerAsync(question))!.Rows
        .ToDictionary(row => row[0].GetInt64() / 1_000_000_000, row => row[1].ValueKind == JsonValueKind.Null ? (double?)null : row[1].GetDouble());

    private static bool HasValue(JsonElement cell) => cell.ValueKind is not JsonValueKind.Null;

    private async Task<bool> HasAsync(string selector) => (await observed.Prometheus.QueryAsync($"count({selector})")).Count > 0;

    private async Task<bool> AnyAsync(IReadOnlyList<string> selectors, string label)
    {
        foreach (var selector in selectors)
            if (await HasAsync(PromSelectors.With(selector, label))) return true;

        return false;
    }
}
