using System.Text.Json;
using System.Text.Json.Serialization;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What is remembered of the gateway's configurations. Never changed, only replaced as a whole, in memory and on disk.</summary>
/// <param name="Good">Proved, and in force when none is on trial; null: that of this machine alone.</param>
/// <param name="Trial">In force, and to be proved.</param>
/// <param name="Failed">The last that was refused or rolled back: the same is not tried again.</param>
internal sealed record ConfigState(KeptConfig? Good = null, KeptTrial? Trial = null, FailedConfig? Failed = null)
{
    /// <summary>Starts of the agent that one trial may see: a configuration that crashes the machine is rolled back, too.</summary>
    public const int MaxStarts = 3;

    [JsonIgnore]
    public DesiredConfig? InForce => (Trial?.Config ?? Good)?.ToDesired();

    public ConfigState Begin(DesiredConfig desired) => this with { Trial = new(KeptConfig.Of(desired), Starts: 1, ElapsedSeconds: 0) };

    public ConfigState Proved() => this with { Good = Trial!.Config, Trial = null, Failed = null };

    public ConfigState Refuse(DesiredConfig desired, DateTimeOffset at, IReadOnlyList<ConfigProblem> problems) =>
        this with { Failed = new(KeptConfig.Of(desired), ConfigReport.Refused, at, problems) };

    /// <summary>The good one does not fit any more: this machine's own settings or the program have changed since it was proved.</summary>
    public ConfigState RefuseGood(DateTimeOffset at, IReadOnlyList<ConfigProblem> problems) =>
        this with { Good = null, Failed = new(Good!, ConfigReport.Refused, at, problems) };

    public ConfigState RollBack(DateTimeOffset at, params IReadOnlyList<ConfigProblem> problems) => this with
    {
        Trial = null,
        Failed = new(Trial!.Config, ConfigReport.RolledBack, at, problems),
    };

    /// <summary>Another start of the agent; the trial goes on, but not for ever.</summary>
    public ConfigState Started(DateTimeOffset at) => Trial switch
    {
        null => this,
        { Starts: >= MaxStarts } => RollBack(at, new ConfigProblem("", null, $"the agent was started {MaxStarts} times during the trial without a batch being acknowledged")),
        var trial => this with { Trial = trial with { Starts = trial.Starts + 1 } },
    };

    /// <summary>This one was tried, and did not do. One that was refused may be judged again: it costs nothing, and this machine's own settings may have changed.</summary>
    public bool WasRolledBack(DesiredConfig desired) => Failed is { State: ConfigReport.RolledBack } failed && desired.IsSame(failed.Config.ToDesired());
}

internal sealed record KeptConfig(long Version, JsonElement Settings)
{
    public static KeptConfig Of(DesiredConfig desired) => new(desired.Version, desired.Settings);

    public DesiredConfig? ToDesired() => DesiredConfig.From(Version, Settings, out _);
}

/// <param name="Starts">Of the agent since the trial began, that one included.</param>
/// <param name="ElapsedSeconds">Of the trial's time, in earlier starts. By the monotonic clock: a clock that is set, or a machine that sleeps, ends no trial.</param>
internal sealed record KeptTrial(KeptConfig Config, int Starts, double ElapsedSeconds);

/// <param name="State"><c>refused</c> or <c>rolledBack</c>.</param>
internal sealed record FailedConfig(KeptConfig Config, string State, DateTimeOffset At, IReadOnlyList<ConfigProblem> Problems);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigState))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Dictionary<string, string>), TypeInfoPropertyName = "Flat")]
internal sealed partial class ConfigJson : JsonSerializerContext;
