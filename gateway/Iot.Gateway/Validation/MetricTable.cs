using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Iot.Gateway.Validation;

/// <summary>Finds the rule of a metric by the UTF-8 bytes of its names, without making strings. Immutable.</summary>
/// <remarks>
/// A hash table with open addressing, a quarter full at the most. The hash takes the length and the first and last eight bytes: enough for names
/// that people give, and whoever sends names cannot fill the table with them.
/// </remarks>
internal sealed class MetricTable
{
    private readonly MetricRule?[] _slots;
    private readonly int _mask;

    /// <param name="rules">No metric twice.</param>
    public MetricTable(IReadOnlyCollection<MetricRule> rules)
    {
        var size = 4;
        while (size < rules.Count * 4) size *= 2;

        _slots = new MetricRule?[size];
        _mask = size - 1;
        foreach (var rule in rules)
        {
            var slot = Hash(rule.Measurement, rule.Field) & _mask;
            while (_slots[slot] is not null) slot = (slot + 1) & _mask;
            _slots[slot] = rule;
        }
    }

    /// <param name="measurement">Empty for the default measurement.</param>
    /// <param name="field">As sent, UTF-8.</param>
    /// <param name="rule">What the schema says, when it says something.</param>
    public bool TryFind(ReadOnlySpan<byte> measurement, ReadOnlySpan<byte> field, [NotNullWhen(true)] out MetricRule? rule)
    {
        for (var slot = Hash(measurement, field) & _mask; (rule = _slots[slot]) is not null; slot = (slot + 1) & _mask)
            if (field.SequenceEqual(rule.Field) && measurement.SequenceEqual(rule.Measurement)) return true;

        return false;
    }

    private static int Hash(ReadOnlySpan<byte> measurement, ReadOnlySpan<byte> field)
    {
        var hash = Mix(field);
        if (!measurement.IsEmpty) hash ^= Mix(measurement) * 31;
        return (int)(hash >> 33);
    }

    private static ulong Mix(ReadOnlySpan<byte> name)
    {
        ulong head = 0, tail = 0;
        if (name.Length >= sizeof(ulong))
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(name);
            tail = BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]);
        }
        else
        {
            foreach (var b in name) head = (head << 8) | b;
        }

        return (head * 0x9E3779B97F4A7C15 ^ (tail + (ulong)name.Length)) * 0xC2B2AE3D27D4EB4F;
    }
}
