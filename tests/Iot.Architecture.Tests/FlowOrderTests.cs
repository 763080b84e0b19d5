using System.Text.RegularExpressions;

namespace Iot.Architecture.Tests;

/// <summary>The order of the folders is the way of a reading: a folder knows itself and those before it, never what comes later.</summary>
public sealed partial class FlowOrderTests
{
    /// <summary>Everybody reports to the audit log, so it stands before all; then who we are, and who may speak. A message arrives, is read, recognised, judged, kept, carried to the sinks, booked, shown.</summary>
    private static readonly string[] GatewayFlow =
    [
        "Audit", "Certificates", "Devices", "Detection", "Mqtt", "Decoding", "Deduplication", "Validation", "Spooling",
        "Delivery", "Influx", "EmbeddedStore", "DeadLetters", "Ledger", "Reconciliation",
        "Replay", "Backups", "Dashboard", "Commands",
    ];

    /// <summary>What time it is everybody asks; a device gets its identity; a reading is taken, put into a batch, stored, published.</summary>
    private static readonly string[] AgentFlow =
        ["Timekeeping", "Enrollment", "Sensors", "Batching", "StoreAndForward", "Publishing", "Updating", "Configuring", "Doctor", "Setup", "Commands"];

    /// <summary>Used by all, as the types in a project's root are. It may look at anything in turn: it shows how things stand.</summary>
    private const string Observability = "Observability";

    [Theory]
    [InlineData("gateway/Iot.Gateway", "Iot.Gateway"), InlineData("edge-agent/Iot.EdgeAgent", "Iot.EdgeAgent")]
    public void A_folder_uses_only_what_comes_before_it(string project, string root)
    {
        var flow = FlowOf(project);
        var against = new List<string>();
        foreach (var folder in SourceFiles.ByFolder(project).Where(folder => flow.Contains(folder.Key)))
        {
            var later = flow[(Array.IndexOf(flow, folder.Key) + 1)..];
            against.AddRange(folder.SelectMany(path => Used(path, root).Intersect(later).Select(used => $"{path} uses {used}")));
        }

        Assert.Empty(against);
    }

    [Theory]
    [InlineData("gateway/Iot.Gateway"), InlineData("edge-agent/Iot.EdgeAgent")]
    public void Every_folder_has_its_place_in_the_flow(string project)
    {
        string[] aside = ["", Observability];
        var folders = SourceFiles.ByFolder(project).Select(folder => folder.Key).Except(aside);

        Assert.Equal(FlowOf(project).Order(), folders.Order());
    }

    [Theory]
    [InlineData("gateway/Iot.Wire"), InlineData("gateway/Iot.Journal"), InlineData("gateway/Iot.Configuration")]
    public void The_ground_floor_references_no_project(string project) => Assert.DoesNotContain(
        "ProjectReference", string.Concat(SourceFiles.Lines($"{project}/{Path.GetFileName(project)}.csproj")));

    [Fact]
    public void The_agent_and_the_gateway_do_not_know_each_other()
    {
        Assert.DoesNotContain("Iot.Gateway.csproj", string.Concat(SourceFiles.Lines("edge-agent/Iot.EdgeAgent/Iot.EdgeAgent.csproj")));
        Assert.DoesNotContain("Iot.EdgeAgent.csproj", string.Concat(SourceFiles.Lines("gateway/Iot.Gateway/Iot.Gateway.csproj")));
    }

    private static string[] FlowOf(string project) => project.StartsWith("gateway", StringComparison.Ordinal) ? GatewayFlow : AgentFlow;

    /// <summary>Folders that a file names: <c>using Iot.Gateway.Ledger</c>, <c>Iot.Gateway.Ledger.X</c>, or <c>Ledger.X</c> as seen from a sibling.</summary>
    private static IEnumerable<string> Used(string path, string root)
    {
        foreach (var line in SourceFiles.Lines(path))
        {
            var code = line.Split("//")[0];
            foreach (Match name in Qualified().Matches(code))
                if (name.Groups["root"].ValueSpan.SequenceEqual(root)) yield return name.Groups["folder"].Value;
            foreach (Match name in Relative().Matches(Text().Replace(code, "\"\"")))
                yield return name.Groups["folder"].Value;
        }
    }

    [GeneratedRegex(@"(?<root>Iot\.(Gateway|EdgeAgent))\.(?<folder>[A-Z]\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Qualified();

    /// <summary>A folder's name at the start of a dotted name that goes on with a type.</summary>
    [GeneratedRegex(@"(?<![\w.])(?<folder>[A-Z]\w+)\.[A-Z]\w+[.\s(>?]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Relative();

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Text();
}
