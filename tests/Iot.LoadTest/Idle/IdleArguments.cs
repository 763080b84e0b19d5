namespace Iot.LoadTest.Idle;

/// <param name="Connections">Opened at once, then silent.</param>
internal sealed record IdleArguments(string Gateway, int Connections, int Repeat)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static IdleArguments Parse(string[] args)
    {
        var arguments = new IdleArguments(Programs.Gateway, 10_000, 3);
        foreach (var (option, value) in LoadArguments.Options(args))
        {
            arguments = option switch
            {
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                "--connections" => arguments with { Connections = LoadArguments.Number(option, value, 100, 100_000) },
                "--repeat" => arguments with { Repeat = LoadArguments.Number(option, value, 1, 99) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        return arguments;
    }
}
