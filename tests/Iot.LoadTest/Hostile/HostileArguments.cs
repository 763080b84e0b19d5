namespace Iot.LoadTest.Hostile;

/// <param name="Devices">Of the fleet that behaves.</param>
/// <param name="Attack">How long it lasts; the fleet is measured as long before, too.</param>
internal sealed record HostileArguments(int Devices, TimeSpan Attack, string Gateway)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static HostileArguments Parse(string[] args)
    {
        var (devices, seconds, gateway) = (50, 120, Programs.Gateway);
        foreach (var (option, value) in LoadArguments.Options(args))
        {
            switch (option)
            {
                case "--devices": devices = LoadArguments.Number(option, value, 1, 1000); break;
                case "--seconds": seconds = LoadArguments.Number(option, value, 1, 3600); break;
                case "--gateway": gateway = Path.GetFullPath(value); break;
                default: throw new FormatException($"There is no option '{option}'.");
            }
        }

        return new(devices, TimeSpan.FromSeconds(seconds), gateway);
    }
}
