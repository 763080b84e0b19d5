using System.Text;
using Iot.Gateway.Validation;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Validation;

public sealed class SchemaFolderTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_keys_of_a_schema_are_read()
    {
        Write("pump.json", """
            {
              // what a person may write beside
              "type": "pump", "devices": [ "pump-*", "p?" ], "measurement": "pumps",
              "tags": { "site": "Köln, 1", "area": "a=b" },
              "unknown": "reject", "maxClockLead": "00:00:05", "maxAge": "30.00:00:00", "allowData": true,
              "metrics": {
                "temperature": { "unit": "Cel", "min": -40, "max": 150.5 },
                "pumps/a/b": { "kind": "boolean" },
                "motor/state": { "kind": "string" },
              },
            }
            """);

        var schema = Assert.Single(ReadWell());

        Assert.Equal(("pump", "pumps", @"area=a\=b,site=Köln\,\ 1"), (schema.Type, Text(schema.Measurement), Text(schema.Tags)));
        Assert.Equal(["pump-*", "p?"], schema.Devices.Select(pattern => pattern.Text));
        Assert.Equal((UnknownMetrics.Reject, TimeSpan.FromSeconds(5), TimeSpan.FromDays(30), true), (schema.Unknown, schema.MaxClockLead, schema.MaxAge, schema.AllowData));
        Assert.Equal(
            ["/temperature Float Cel -40..150.5", "/a/b Boolean  -Infinity..Infinity", "motor/state String  -Infinity..Infinity"],
            schema.Metrics.Select(rule => FormattableString.Invariant($"{Text(rule.Measurement)}/{Text(rule.Field)} {rule.Kind} {Text(rule.Unit)} {rule.Min}..{rule.Max}")));
    }

    [Fact]
    public void What_a_schema_leaves_out_is_as_the_settings_say()
    {
        Write("pump.json", """{ "type": "pump", "devices": ["*"] }""");

        var schema = Assert.Single(ReadWell(new() { Measurement = "m", Unknown = UnknownMetrics.Reject, MaxClockLead = TimeSpan.FromHours(1), MaxAge = TimeSpan.FromDays(1), AllowData = true }));

        Assert.Equal(("m", 0, 0), (Text(schema.Measurement), schema.Tags.Length, schema.Metrics.Count));
        Assert.Equal((UnknownMetrics.Reject, TimeSpan.FromHours(1), TimeSpan.FromDays(1), true), (schema.Unknown, schema.MaxClockLead, schema.MaxAge, schema.AllowData));
    }

    [Theory]
    [InlineData("""  "metrik": {} """, "line 2, metrik: no such key; did you mean metrics?")]
    [InlineData("""  "metrics": { "t": { "unti": "Cel" } } """, "line 2, metrics.t.unti: no such key; did you mean unit?")]
    [InlineData("""  "metrics": { "t": { "kind": "flot" } } """, "line 2, metrics.t.kind: 'flot' is not possible here; did you mean float?")]
    [InlineData("""  "metrics": { "t": { "min": "1" } } """, "line 2, metrics.t.min: must be a number.")]
    [InlineData("""  "metrics": { "t": { "min": 2, "max": 1 } } """, "line 2, metrics.t: min 2 is above max 1")]
    [InlineData("""  "metrics": { "t": { "kind": "string", "min": 1 } } """, "line 2, metrics.t: min and max are for kind float")]
    [InlineData("""  "metrics": { "/t": { } } """, "line 2, metrics./t: a metric is \"field\" or")]
    [InlineData("""  "metrics": { "t": { }, "t": { } } """, "line 2, metrics.t: this key stands twice")]
    [InlineData("""  "metrics": [] """, "line 2, metrics: must be an object")]
    [InlineData("""  "metrics": { "pump/t": { }, "t": { } }, "measurement": "pump" """, "metrics: pump/t and t are the same metric")]
    [InlineData("""  "unknown": "maybe" """, "line 2, unknown: 'maybe' is not possible here;")]
    [InlineData("""  "maxAge": "30 days" """, "line 2, maxAge: must be a duration")]
    [InlineData("""  "maxClockLead": "-00:00:01" """, "line 2, maxClockLead: must be a duration")]
    [InlineData("""  "allowData": 1 """, "line 2, allowData: must be true or false.")]
    [InlineData("""  "measurement": "" """, "line 2, measurement: '' must be 1 to 255 bytes")]
    [InlineData("""  "tags": { "device": "x" } """, "line 2, tags.device: the tag device is always there")]
    [InlineData("""  "tags": { "time": "x" } """, "line 2, tags.time: a tag must not be called time")]
    [InlineData("""  "tags": { "site": "" } """, "line 2, tags.site: '' must be a text that is not empty")]
    [InlineData("""  "tags": { "site": 5 } """, "line 2, tags.site: must be a text")]
    [InlineData("""  "devices": [ "pump 1" ] """, "line 2, devices: 'pump 1' matches no device id")]
    [InlineData("""  "devices": "x" """, "line 2, devices: must be a list")]
    [InlineData("""  "type": "x" """, "line 2, type: this key stands twice")]
    [InlineData("""  "unknown": "accept" } } """, "line 2: not JSON:")]
    public void A_mistake_is_named_with_file_line_and_key(string mistake, string expected)
    {
        Write("pump.json", $$"""{ "type": "pump"{{(mistake.Contains("\"devices\"") ? "" : ", \"devices\": [\"*\"]")}},{{'\n'}}{{mistake}} }""");

        var problems = SchemaFolder.Read(_folder.Path, new()).Problems;

        Assert.Contains(problems, problem => problem.ToString().StartsWith(_folder["pump.json"], StringComparison.Ordinal) && problem.ToString().Contains(expected));
    }

    [Fact]
    public void All_mistakes_of_all_files_are_found_at_once()
    {
        Write("a.json", """{ "typ": "a", "devices": ["a"], "unknown": 5 }""");
        Write("b.json", "[]");
        Write("c.json", """{ "type": "c" }""");

        Assert.Equal(
            ["a.json typ", "a.json unknown", "a.json type", "b.json ", "c.json devices"],
            SchemaFolder.Read(_folder.Path, new()).Problems.Select(problem => $"{Path.GetFileName(problem.File)} {problem.Key}"));
    }

    [Fact]
    public void Two_schemas_cannot_claim_the_same_type_or_devices()
    {
        Write("a.json", """{ "type": "a", "devices": ["x-*"] }""");
        Write("b.json", """{ "type": "a", "devices": ["x-*", "y"] }""");

        Assert.Equal(
            [$"{_folder["b.json"]}, type: 'a' stands in {_folder["a.json"]} too; remove one.", $"{_folder["b.json"]}, devices: 'x-*' stands in {_folder["a.json"]} too; remove one."],
            SchemaFolder.Read(_folder.Path, new()).Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void A_folder_that_does_not_exist_and_files_of_other_names_are_no_schemas()
    {
        Write("notes.txt", "not JSON");

        Assert.Empty(ReadWell());
        Assert.Empty(SchemaFolder.Read(_folder["nowhere"], new()).Problems);
    }

    [Fact]
    public void The_examples_of_the_repository_are_well()
    {
        var found = SchemaFolder.Read(Path.Combine(RepositoryRoot.Path, "gateway", "Iot.Gateway", "schemas"), new());

        Assert.Empty(found.Problems);
        Assert.NotEmpty(found.Schemas);
    }

    [Theory]
    [InlineData("*", "pump-1", true)]
    [InlineData("pump-*", "pump-1", true)]
    [InlineData("pump-*", "pump-", true)]
    [InlineData("pump-*", "Pump-1", false)]
    [InlineData("p?mp-*1", "pump-21", true)]
    [InlineData("p?mp-*1", "pump-12", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("pump", "pump1", false)]
    [InlineData("pump?", "pump", false)]
    public void A_pattern_matches_with_any_characters_for_a_star_and_one_for_a_question_mark(string pattern, string device, bool expected) =>
        Assert.Equal(expected, new DevicePattern(pattern).Matches(DeviceId.Parse(device)));

    [Fact]
    public void The_most_specific_pattern_wins_and_the_rest_is_default()
    {
        Write("a.json", """{ "type": "a", "devices": ["*-1", "pump-*"] }""");
        Write("b.json", """{ "type": "b", "devices": ["pump-1?"] }""");
        Write("c.json", """{ "type": "c", "devices": ["pump-17"] }""");
        var set = new SchemaSet(ReadWell(), DeviceSchema.Default(new()));

        Assert.Equal(
            ["c", "b", "a", "a", "default"],
            new[] { "pump-17", "pump-18", "pump-1", "fan-1", "fan-2" }.Select(device => set.For(DeviceId.Parse(device)).Type));
        Assert.Same(set.For(DeviceId.Parse("pump-17")), set.For(DeviceId.Parse("pump-17")));
    }

    [Fact]
    public void A_file_may_say_what_default_means()
    {
        Write("default.json", """{ "type": "default", "measurement": "other" }""");
        var set = new SchemaSet(ReadWell(), DeviceSchema.Default(new()));

        Assert.Equal("other", Text(set.For(DeviceId.Parse("anything")).Measurement));
    }

    private IReadOnlyList<DeviceSchema> ReadWell(ValidationOptions? defaults = null)
    {
        var found = SchemaFolder.Read(_folder.Path, defaults ?? new());
        Assert.Empty(found.Problems);
        return found.Schemas;
    }

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text);

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
