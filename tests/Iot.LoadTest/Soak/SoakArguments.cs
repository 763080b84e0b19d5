namespace Iot.LoadTest.Soak;

/// <summary>How long the sink is away, and where the samples go.</summary>
/// <param name="Outage">From the sink's going to its return.</param>
/// <param name="WarmUp">Beginning of the outage in which memory may still find its level.</param>
/// <param name="Samples">A CSV, one line each 10 s.</param>
internal sealed record SoakArguments(TimeSpan Outage, TimeSpan WarmUp, string Samples, string Gateway)
{
    /// <summary>5,000 readings/s: each of 50 devices publishes 100 readings once a second.</summary>
    public static LoadPlan Plan { get; } = new() { Name = "soak", Rate = 5_000, Sink = SinkKind.Influxd };

    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static SoakArguments Parse(string[] args)
    {
        var (minutes, warmUp) = (60, 10);
        var (samples, gateway) = ("soak.csv", Programs.Gateway);
        foreach (var (option, value) in LoadArguments.Options(args))
        {
            switch (option)
            {
                case "--minutes": minutes = LoadArguments.Number(option, value, 1, 7 * 24 * 60); break;
                case "--warm-up": warmUp = LoadArguments.Number(option, value, 0, 7 * 24 * 60); break;
                case "--samples": samples = value; break;
                case "--gateway": gateway = Path.GetFullPath(value); break;
                default: throw new FormatException($"There is no option '{option}'.");
            }
        }

        if (warmUp >= minutes) throw new FormatException($"--warm-up {warmUp}: must be shorter than the outage of {minutes} minutes.");

        return new(TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(warmUp), samples, gateway);
    }
}
