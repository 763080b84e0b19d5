namespace Iot.LoadTest.Rotation;

/// <param name="Seconds">How long devices publish undisturbed between two steps.</param>
internal sealed record RotationArguments(int Devices, TimeSpan Seconds, string Gateway)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static RotationArguments Parse(string[] args)
    {
        var (devices, seconds, gateway) = (1000, 15, Programs.Gateway);
        foreach (var (option, value) in LoadArguments.Options(args))
        {
            switch (option)
            {
                case "--devices": devices = LoadArguments.Number(option, value, 10, 10_000); break;
                case "--seconds": seconds = LoadArguments.Number(option, value, 1, 3600); break;
                case "--gateway": gateway = Path.GetFullPath(value); break;
                default: throw new FormatException($"There is no option '{option}'.");
            }
        }

        return new(devices, TimeSpan.FromSeconds(seconds), gateway);
    }
}
