namespace Iot.LoadTest.Viewers;

/// <param name="Viewers">Pages that are open in one run of each pair.</param>
/// <param name="Duration">Of publishing, in each run.</param>
/// <param name="Repeat">Pairs of runs.</param>
internal sealed record ViewersArguments(string Gateway, int Viewers, TimeSpan Duration, int Repeat)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static ViewersArguments Parse(string[] args)
    {
        var arguments = new ViewersArguments(Programs.Gateway, 50, TimeSpan.FromSeconds(10), 5);
        foreach (var (option, value) in LoadArguments.Options(args))
        {
            arguments = option switch
            {
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                "--viewers" => arguments with { Viewers = LoadArguments.Number(option, value, 1, 64) },
                "--seconds" => arguments with { Duration = TimeSpan.FromSeconds(LoadArguments.Number(option, value, 1, 3600)) },
                "--repeat" => arguments with { Repeat = LoadArguments.Number(option, value, 1, 99) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        return arguments;
    }
}
