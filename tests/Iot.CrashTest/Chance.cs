namespace Iot.CrashTest;

/// <summary>Choices that follow from a seed: equal seeds, equal choices. One lane of faults owns one.</summary>
/// <param name="lane">Lanes of the same seed choose differently.</param>
internal sealed class Chance(int seed, int lane)
{
    private readonly Random _random = new(unchecked((seed * 7919) + lane)); // seeded: the same algorithm on every .NET

    public int Next(int below) => _random.Next(below);

    public bool OneIn(int number) => _random.Next(number) == 0;

    public TimeSpan Between(double fromSeconds, double toSeconds) => TimeSpan.FromSeconds(fromSeconds + (_random.NextDouble() * (toSeconds - fromSeconds)));
}
