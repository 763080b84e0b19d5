namespace Iot.LoadTest.Soak;

/// <summary>Resident memory over the part of the outage that counts, and whether it stayed level.</summary>
/// <param name="Lowest">In MB, as all here.</param>
internal sealed record FlatMemory(int Samples, double Lowest, double Median, double Highest)
{
    /// <summary>How far one sample may lie from the median.</summary>
    public const double Tolerance = 0.10;

    public bool Holds => Samples > 0 && Lowest >= Median * (1 - Tolerance) && Highest <= Median * (1 + Tolerance);

    public static FlatMemory Of(IEnumerable<SoakSample> samples, TimeSpan warmUp)
    {
        var sizes = samples.Where(sample => sample.Phase == SoakPhase.Outage && sample.InOutage > warmUp).Select(sample => sample.RssMb).Order().ToList();
        return sizes.Count == 0 ? new(0, double.NaN, double.NaN, double.NaN) : new(sizes.Count, sizes[0], sizes[sizes.Count / 2], sizes[^1]);
    }
}
