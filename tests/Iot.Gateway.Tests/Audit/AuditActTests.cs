using Iot.Gateway.Audit;

namespace Iot.Gateway.Tests.Audit;

public sealed class AuditActTests
{
    [Fact]
    public void Every_act_has_a_name_of_its_own()
    {
        var names = Enum.GetValues<AuditAct>().Select(AuditActs.NameOf).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z-]+(\\.[a-z-]+)+$", name));
    }

    /// <summary>People filter by them, so they never change; new ones are added here.</summary>
    [Fact]
    public void The_names_are_the_ones_of_AUDIT_md()
    {
        var page = File.ReadAllText(Path.Combine(Iot.Testing.RepositoryRoot.Path, "gateway/Iot.Gateway/Audit/AUDIT.md"));

        Assert.All(Enum.GetValues<AuditAct>(), act => Assert.Contains($"| `{AuditActs.NameOf(act)}` |", page, StringComparison.Ordinal));
    }
}
