namespace Iot.LoadTest.Agent;

/// <param name="Duration">Measured once the agent has published its first batch; its default sensors sample every 10 s.</param>
/// <param name="Sensors">Simulated ones that sample every second; 0: its default sensors.</param>
/// <param name="MaxAge">Longest a reading waits for others of its batch.</param>
internal sealed record AgentArguments(string Gateway, string Agent, TimeSpan Duration, int Sensors, TimeSpan MaxAge, int Repeat)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static AgentArguments Parse(string[] args)
    {
        var arguments = new AgentArguments(Programs.Gateway, Programs.Agent, TimeSpan.FromSeconds(30), 0, TimeSpan.FromSeconds(1), 1);
        foreach (var (option, value) in LoadArguments.Options(args))
        {
            arguments = option switch
            {
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                "--agent" => arguments with { Agent = Path.GetFullPath(value) },
                "--seconds" => arguments with { Duration = TimeSpan.FromSeconds(LoadArguments.Number(option, value, 10, 3600)) },
                "--sensors" => arguments with { Sensors = LoadArguments.Number(option, value, 0, 10_000) },
                "--max-age" => arguments with { MaxAge = TimeSpan.FromSeconds(LoadArguments.Number(option, value, 0, 3600)) },
                "--repeat" => arguments with { Repeat = LoadArguments.Number(option, value, 1, 99) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        return arguments;
    }
}
