using Iot.Wire;

namespace Iot.Gateway.Delivery;

/// <summary>The names that are wanted, of devices, measurements, fields or tags: a series with one of them is meant. At least one, none twice.</summary>
internal sealed class AnyOf : IEquatable<AnyOf>
{
    /// <param name="names">Not empty.</param>
    public AnyOf(IEnumerable<string> names) => Names = [.. names.Distinct(StringComparer.Ordinal)];

    public IReadOnlyList<string> Names { get; }

    public static implicit operator AnyOf?(string? name) => name is null ? null : new([name]);

    public static implicit operator AnyOf(DeviceId device) => new([device.Value]);

    public bool Contains(string name) => Names.Contains(name, StringComparer.Ordinal);

    public bool Equals(AnyOf? other) => other is not null && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as AnyOf);

    public override int GetHashCode() => Names.Aggregate(0, HashCode.Combine);
}
