using System.Globalization;
using Iot.Wire;

namespace Iot.LoadTest;

/// <summary>The command line: presets by name, then options that change them all.</summary>
/// <param name="Repeat">Runs of each plan; the table shows medians.</param>
/// <param name="Gateway">The program under test.</param>
internal sealed record LoadArguments(IReadOnlyList<LoadPlan> Plans, int Repeat, string Gateway)
{
    public const string Usage = """
        Iot.LoadTest PRESET... [--OPTION VALUE]...
          presets   batch100 batch10 json100 zstd100 one-connection single line steady single-steady embedded victoria-metrics influxd
          options   --connections N   --points N   --fields N   --payload Cbor|Json|Line   --compression None|Gzip|Zstd
                    --protocol 4|5    --qos 0|1
                    --window 1..64    --rate READINGS_A_SECOND (0: as fast as acknowledged)
                    --sink Counting|Embedded|VictoriaMetrics|Influxd
                    --seconds S       --warm-up S          --repeat N (medians)
                    --gateway PATH    (default: the Release build of gateway/Iot.Gateway)
        Iot.LoadTest agent [--seconds S] [--sensors N] [--max-age S] [--repeat N] [--gateway PATH] [--agent PATH]
        Iot.LoadTest spool DIRECTORY [--messages N] [--behind N] [--repeat N] [--gateway PATH]     (root: it drops the page cache)
        Iot.LoadTest idle [--connections N] [--repeat N] [--gateway PATH]
        Iot.LoadTest share [victoria-metrics|influxd]... [--seconds S] [--repeat N] [--gateway PATH]
        Iot.LoadTest viewers [--viewers 1..64] [--seconds S] [--repeat N] [--gateway PATH]
        Iot.LoadTest devices [COUNT]... [--sessions N] [--gateway PATH]     (default: 1000 10000 100000)
        Iot.LoadTest backlog [--gib N] [--gateway PATH]                     (N GiB under TMPDIR)
        Iot.LoadTest soak [--minutes M] [--warm-up M] [--samples FILE.csv] [--gateway PATH]
        Iot.LoadTest peers DIRECTORY [--only PEER,PEER…] [--seconds S] [--warm-up S] [--repeat N] [--gateway PATH]     (tests/bench.sh peers fills the directory)
        Iot.LoadTest rotate [--devices N] [--seconds S] [--gateway PATH]
        Iot.LoadTest hostile [--devices N] [--seconds S] [--gateway PATH]
        Exit code 0: nothing was lost; 1: something was, or the run failed; 2: wrong usage.
        """;

    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static LoadArguments Parse(string[] args)
    {
        var names = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToList();
        if (names.Count == 0) throw new FormatException("No preset was named.");

        var plans = names.ConvertAll(Preset);
        var (repeat, gateway) = (1, Programs.Gateway);
        foreach (var (option, value) in Options(args.AsSpan(names.Count)))
        {
            if (option is "--repeat") repeat = Number(option, value, 1, 99);
            else if (option is "--gateway") gateway = Path.GetFullPath(value);
            else plans = plans.ConvertAll(plan => Change(plan, option, value));
        }

        return new(plans, repeat, gateway);
    }

    public static IEnumerable<(string Option, string Value)> Options(ReadOnlySpan<string> args)
    {
        if (args.Length % 2 != 0) throw new FormatException($"'{args[^1]}' has no value.");

        var options = new List<(string, string)>();
        for (var i = 0; i < args.Length; i += 2) options.Add((args[i], args[i + 1]));
        return options;
    }

    public static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{option} {value}: must be a whole number from {least} to {most}.");

    private static LoadPlan Preset(string name) => LoadPlan.Presets.FirstOrDefault(plan => plan.Name.Equals(name, StringComparison.Ordinal))
        ?? throw new FormatException($"There is no preset '{name}'.");

    private static LoadPlan Change(LoadPlan plan, string option, string value) => option switch
    {
        "--connections" => plan with { Connections = Number(option, value, 1, 100_000) },
        "--points" => plan with { Points = Number(option, value, 1, 1000) },
        "--fields" => plan with { Fields = Number(option, value, 1, 100) },
        "--payload" => plan with { Payload = Word<PayloadKind>(option, value) },
        "--compression" => plan with { Compression = Word<PayloadCompression>(option, value) },
        "--protocol" => plan with { Protocol = (byte)Number(option, value, 4, 5) },
        "--qos" => plan with { Qos = (byte)Number(option, value, 0, 1) },
        "--window" => plan with { Window = Number(option, value, 1, 64) },
        "--rate" => plan with { Rate = Number(option, value, 0, 100_000_000) },
        "--sink" => plan with { Sink = Word<SinkKind>(option, value) },
        "--seconds" => plan with { Duration = TimeSpan.FromSeconds(Number(option, value, 1, 3600)) },
        "--warm-up" => plan with { WarmUp = TimeSpan.FromSeconds(Number(option, value, 0, 3600)) },
        _ => throw new FormatException($"There is no option '{option}'."),
    };

    private static T Word<T>(string option, string value) where T : struct, Enum => Enum.TryParse<T>(value, ignoreCase: true, out var word)
        ? word
        : throw new FormatException($"{option} {value}: must be one of {string.Join(", ", Enum.GetNames<T>())}.");
}
