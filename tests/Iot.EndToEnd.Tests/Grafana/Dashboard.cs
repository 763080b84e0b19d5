using System.Text.Json;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Grafana;

/// <summary>A provisioned dashboard as it stands in the repository.</summary>
internal sealed record Dashboard(string File, JsonElement Json)
{
    public const string Folder = "docker/grafana/dashboards";

    public string Uid => Json.GetProperty("uid").GetString()!;

    public IReadOnlyList<JsonElement> Panels => [.. Json.GetProperty("panels").EnumerateArray()];

    public IReadOnlyList<JsonElement> Variables => [.. Json.GetProperty("templating").GetProperty("list").EnumerateArray()];

    public static IReadOnlyList<Dashboard> All() =>
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, Folder)).Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>What its panels ask in one language, and what its variables ask.</summary>
    public IEnumerable<Question> Questions(Language language)
    {
        foreach (var panel in Panels)
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray().Where(target => LanguageOf(target) == language))
                yield return new(this, panel.GetProperty("title").GetString()!, TextOf(target), target);
        }

        foreach (var variable in Variables.Where(variable => variable.GetProperty("type").ValueEquals("query") && LanguageOf(variable) == language))
            yield return new(this, $"variable {variable.GetProperty("name")}", TextOf(variable), variable);
    }

    private static Dashboard Read(string path)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
        return new(Path.GetFileName(path), document.RootElement.Clone());
    }

    private Language LanguageOf(JsonElement asks) => asks.GetProperty("datasource").GetProperty("type").GetString() switch
    {
        "prometheus" => Language.PromQl,
        "influxdb" => DatasourceOf(asks.GetProperty("datasource")) is "influxdb" ? Language.Flux : Language.InfluxQl,
        var other => throw new InvalidDataException($"{File}: a datasource of type {other}"),
    };

    /// <summary>The uid that is meant: a variable stands for the one that it names at first.</summary>
    public string DatasourceOf(JsonElement datasource)
    {
        var uid = datasource.GetProperty("uid").GetString()!;
        if (!uid.StartsWith("${", StringComparison.Ordinal)) return uid;

        var variable = Variables.Single(variable => variable.GetProperty("name").ValueEquals(uid[2..^1]) && variable.GetProperty("type").ValueEquals("datasource"));
        return variable.GetProperty("current").GetProperty("value").GetString()!;
    }

    private static string TextOf(JsonElement asks) => asks.GetProperty(asks.TryGetProperty("expr", out _) ? "expr" : "query").GetString()!;
}

internal enum Language
{
    InfluxQl,
    Flux,
    PromQl,
}

/// <summary>What one panel or variable asks, before Grafana puts values in.</summary>
internal sealed record Question(Dashboard Dashboard, string Title, string Text, JsonElement Json)
{
    public override string ToString() => $"{Dashboard.File}, {Title}: {Text}";

    /// <summary>As Grafana sends it, for a person who looks at the last hour of one series. Rates over ten minutes: a slow machine takes its time between what happens and the query.</summary>
    public string Filled(string device, string measurement, string field) => Text
        .Replace("$timeFilter", "time >= now() - 1h and time <= now()", StringComparison.Ordinal)
        .Replace("$__rate_interval", "10m", StringComparison.Ordinal)
        .Replace("$interval", "10s", StringComparison.Ordinal)
        .Replace("$device", device, StringComparison.Ordinal)
        .Replace("$measurement", measurement, StringComparison.Ordinal)
        .Replace("$field", field, StringComparison.Ordinal);
}
