using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>What a schema says about one metric.</summary>
internal sealed record MetricRule
{
    /// <summary>Empty for the default measurement of the device's type.</summary>
    public required byte[] Measurement { get; init; }

    public required byte[] Field { get; init; }

    /// <summary>Empty: any unit will do.</summary>
    public byte[] Unit { get; init; } = [];

    public ReadingKind Kind { get; init; } = ReadingKind.Float;

    /// <summary>Lowest value taken.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest value taken.</summary>
    public double Max { get; init; } = double.PositiveInfinity;
}
