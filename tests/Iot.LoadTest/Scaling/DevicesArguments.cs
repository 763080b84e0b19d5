using System.Globalization;

namespace Iot.LoadTest.Scaling;

/// <param name="Counts">Devices of each run.</param>
/// <param name="Sessions">Connects of each run; the devices take turns.</param>
internal sealed record DevicesArguments(string Gateway, IReadOnlyList<int> Counts, int Sessions)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static DevicesArguments Parse(string[] args)
    {
        var words = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToList();
        var arguments = new DevicesArguments(Programs.Gateway, words.Count == 0 ? [1000, 10_000, 100_000] : words.ConvertAll(Count), 100_000);
        foreach (var (option, value) in LoadArguments.Options(args.AsSpan(words.Count)))
        {
            arguments = option switch
            {
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                "--sessions" => arguments with { Sessions = LoadArguments.Number(option, value, 1000, 10_000_000) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        return arguments;
    }

    private static int Count(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 100 and <= 1_000_000
        ? count
        : throw new FormatException($"'{word}' devices: a whole number from 100 to 1,000,000.");
}
