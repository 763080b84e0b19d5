using System.Globalization;
using Iot.Testing;

namespace Iot.CrashTest;

/// <summary>The command line.</summary>
/// <param name="Kills">SIGKILLs of all parts together, at least.</param>
/// <param name="GatewayKills">Of these, of the gateway, at least.</param>
/// <param name="Duration">At least; the campaign goes on until both are reached.</param>
/// <param name="Devices">Raw devices; every fifth publishes through mosquitto. Five more belong to the real agents.</param>
/// <param name="Gateway">The build under test.</param>
/// <param name="Logs">A folder for what was done and what the gateway said.</param>
/// <param name="PowerCuts">Some kills of the gateway lose all that it had not synced.</param>
internal sealed record CrashArguments(int Seed, int Kills, int GatewayKills, TimeSpan Duration, int Devices, string Gateway, string Logs, bool PowerCuts)
{
    public const string Usage = """
        Iot.CrashTest [--kills N] [--gateway-kills N] [--seconds S] [--devices N] [--seed N] [--gateway PATH] [--logs FOLDER] [--power-cuts yes|no]
          --kills     SIGKILLs of gateway, agents, mosquitto and influxd together, at least. 1–100,000; default 500
          --gateway-kills  of the gateway alone, at least. 1–100,000; default 60
          --seconds   time under faults, at least. 0–86,400; default 0
          --devices   raw MQTT devices; every fifth publishes through mosquitto. 5–500; default 20
          --seed      what is done when follows from it. Default: a new one, which is printed
          --gateway   the program under test. Default: the build of gateway/Iot.Gateway beside this one
          --logs      where what was done and what the gateway said is kept. Default: artifacts/crash
          --power-cuts  a quarter of the gateway's kills lose what it had not synced; needs root, ext4, loop devices. Default: yes for root
        Exit code 0: nothing lost, nothing doubled, the books equal; 1: something was found; 2: wrong usage; 3: the campaign could not be run to its end.
        """;

    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static CrashArguments Parse(string[] args)
    {
        var arguments = new CrashArguments(
            Random.Shared.Next(1, 1_000_000), Kills: 500, GatewayKills: 60, TimeSpan.Zero, Devices: 20, BuiltProgram.Gateway, Path.Combine(RepositoryRoot.Path, "artifacts", "crash"), Environment.IsPrivilegedProcess);
        if (args.Length % 2 != 0) throw new FormatException($"'{args[^1]}' has no value.");

        for (var i = 0; i < args.Length; i += 2) arguments = arguments.With(args[i], args[i + 1]);
        return arguments;
    }

    private CrashArguments With(string option, string value) => option switch
    {
        "--kills" => this with { Kills = Number(option, value, 1, 100_000) },
        "--gateway-kills" => this with { GatewayKills = Number(option, value, 1, 100_000) },
        "--seconds" => this with { Duration = TimeSpan.FromSeconds(Number(option, value, 0, 86_400)) },
        "--devices" => this with { Devices = Number(option, value, 5, 500) },
        "--seed" => this with { Seed = Number(option, value, 0, int.MaxValue) },
        "--gateway" => this with { Gateway = File.Exists(value) ? Path.GetFullPath(value) : throw new FormatException($"{option} {value}: there is no such file.") },
        "--power-cuts" => this with { PowerCuts = value switch { "yes" => true, "no" => false, _ => throw new FormatException($"{option} {value}: must be yes or no.") } },
        "--logs" => this with { Logs = Path.GetFullPath(value) },
        _ => throw new FormatException($"There is no option '{option}'."),
    };

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{option} {value}: must be a whole number from {least} to {most}.");
}
