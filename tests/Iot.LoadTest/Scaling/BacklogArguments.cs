namespace Iot.LoadTest.Scaling;

/// <param name="GiB">Size to which the spool grows while its sink is away.</param>
internal sealed record BacklogArguments(string Gateway, int GiB)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static BacklogArguments Parse(string[] args)
    {
        var arguments = new BacklogArguments(Programs.Gateway, 20);
        foreach (var (option, value) in LoadArguments.Options(args))
        {
            arguments = option switch
            {
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                "--gib" => arguments with { GiB = LoadArguments.Number(option, value, 2, 1000) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        return arguments;
    }
}
