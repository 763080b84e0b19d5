namespace Iot.LoadTest.Soak;

/// <summary>Resident memory over the part of the outage that counts, and whether it stayed level: all samples fit into a band of ±10 %.</summary>
/// <remarks>A collector that gives memory back in the first half hour is level enough; one that takes more and more leaves the band.</remarks>
/// <param name="Lowest">In MB, as all here.</param>
internal sealed record FlatMemory(int Samples, double Lowest, double Median, double Highest)
{
    /// <summary>How far one sample may lie from the middle of the band.</summary>
    public const double Tolerance = 0.10;

    public double Middle => (Lowest + Highest) / 2;

    /// <summary>Half the width of the band they need, as a share of its middle.</summary>
    public double Spread => (Highest - Middle) / Middle;

    public bool Holds => Samples > 0 && Spread <= Tolerance;

    public static FlatMemory Of(IEnumerable<SoakSample> samples, TimeSpan warmUp, Func<SoakSample, double> size)
    {
        var sizes = samples.Where(sample => sample.Phase == SoakPhase.Outage && sample.InOutage > warmUp).Select(size).Order().ToList();
        return sizes.Count == 0 ? new(0, double.NaN, double.NaN, double.NaN) : new(sizes.Count, sizes[0], sizes[sizes.Count / 2], sizes[^1]);
    }
}
