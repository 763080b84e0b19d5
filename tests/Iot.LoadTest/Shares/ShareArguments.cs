namespace Iot.LoadTest.Shares;

/// <param name="Servers">Real servers to write to.</param>
/// <param name="Duration">Of publishing through the gateway; the bare loader sends about as much as a first run took in that time.</param>
internal sealed record ShareArguments(string Gateway, IReadOnlyList<SinkKind> Servers, TimeSpan Duration, int Repeat)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static ShareArguments Parse(string[] args)
    {
        var words = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToList();
        var arguments = new ShareArguments(
            Programs.Gateway, words.Count == 0 ? [SinkKind.VictoriaMetrics, SinkKind.Influxd] : words.ConvertAll(Server), TimeSpan.FromSeconds(10), 3);
        foreach (var (option, value) in LoadArguments.Options(args.AsSpan(words.Count)))
        {
            arguments = option switch
            {
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                "--seconds" => arguments with { Duration = TimeSpan.FromSeconds(LoadArguments.Number(option, value, 1, 3600)) },
                "--repeat" => arguments with { Repeat = LoadArguments.Number(option, value, 1, 99) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        return arguments;
    }

    private static SinkKind Server(string word) => word switch
    {
        "victoria-metrics" => SinkKind.VictoriaMetrics,
        "influxd" => SinkKind.Influxd,
        _ => throw new FormatException($"'{word}': a share is measured of victoria-metrics or influxd."),
    };
}
