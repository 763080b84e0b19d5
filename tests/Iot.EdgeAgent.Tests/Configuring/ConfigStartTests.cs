using Iot.Configuration;
using Iot.EdgeAgent.Configuring;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Configuring;

/// <summary>What is in force after a start, given what earlier ones left on the disk.</summary>
public sealed class ConfigStartTests : IDisposable
{
    private readonly TempDirectory _data = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_trial_goes_on_over_restarts_and_ends_after_the_third_with_the_last_good_one()
    {
        var state = new ConfigState(KeptConfig.Of(Desired(1, """{"Batching": {"MaxReadings": 5}}"""))).Begin(Desired(2, """{"Batching": {"MaxReadings": 6}}"""));
        Files.Write(state with { Trial = state.Trial! with { ElapsedSeconds = 12.5 } });

        foreach (var start in new[] { 2, 3 })
        {
            var going = Start();
            Assert.Equal((6, start, 12.5), (going.Effective.Options.Batching.MaxReadings, going.State.Trial!.Starts, going.State.Trial.ElapsedSeconds));
        }

        var over = Start();
        Assert.Equal((5, "rolledBack"), (over.Effective.Options.Batching.MaxReadings, over.State.Failed!.State));
        Assert.Equal(5, Start().Effective.Options.Batching.MaxReadings);
        Assert.True(Start().State.WasRolledBack(Desired(2, """{"Batching": {"MaxReadings": 6}}""")));
    }

    [Fact]
    public void One_that_this_program_does_not_understand_any_more_leaves_the_machine_s_own()
    {
        Files.Write(new ConfigState(KeptConfig.Of(Desired(1, """{"Batching": {"Colour": 5}}"""))));

        var start = Start();

        Assert.Equal((1000, 0L), (start.Effective.Options.Batching.MaxReadings, start.Effective.Remote?.Version ?? 0));
        Assert.Contains("Batching:Colour", start.State.Failed!.Problems.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_note_is_said_and_the_machine_s_own_configuration_is_in_force()
    {
        File.WriteAllText(_data["remote.json"], "{\"good\": {");

        var start = Start();

        Assert.Null(start.Effective.Remote);
        Assert.Contains("remote.json", start.Files.Unreadable, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_device_forbids_it_nothing_of_the_gateway_is_in_force()
    {
        Files.Write(new ConfigState(KeptConfig.Of(Desired(1, """{"Batching": {"MaxReadings": 5}}"""))));

        Assert.Equal(1000, Start("--Remote:Enabled", "false").Effective.Options.Batching.MaxReadings);
    }

    [Fact]
    public void A_mistake_on_the_command_line_is_told_at_once_although_there_is_a_last_good_one()
    {
        Files.KeepLastGood(Start().Local, new LineLogger());

        var refused = Assert.Throws<SettingsException>(() => Start("--Batching:MaxReadings", "0"));
        Assert.EndsWith("It stands in the command line.", refused.Message, StringComparison.Ordinal);
    }

    private ConfigFiles Files => new(_data.Path);

    private ConfigStart Start(params string[] settings) => ConfigStart.Read(["--Data:Path", _data.Path, .. settings], _clock);

    private static DesiredConfig Desired(long version, string settings) => DesiredConfigTests.Parse($$"""{"version": {{version}}, "settings": {{settings}}}""")!;
}
