using System.Diagnostics.CodeAnalysis;

namespace Iot.Wire;

/// <summary>A device's name: <c>[A-Za-z0-9][A-Za-z0-9._-]{0,63}</c>, safe in a topic, a tag, a file name and a URL.</summary>
public readonly record struct DeviceId : IComparable<DeviceId>
{
    /// <summary>Longest name, in characters (all of them ASCII, so also in bytes).</summary>
    public const int MaxLength = 64;

    private readonly string? _value;

    private DeviceId(string value) => _value = value;

    /// <summary>The name. Empty only for <c>default(DeviceId)</c>, which names no device.</summary>
    public string Value => _value ?? "";

    /// <summary>False when <paramref name="text"/> is not a device's name; nothing is trimmed or folded.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceId device)
    {
        var valid = text is not null && IsValid(text);
        device = valid ? new(text!) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse(string?, out DeviceId)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out DeviceId device)
    {
        var valid = IsValid(text);
        device = valid ? new(text.ToString()) : default;
        return valid;
    }

    /// <exception cref="FormatException"><paramref name="text"/> is not a device's name.</exception>
    public static DeviceId Parse(string text) => TryParse(text, out var device)
        ? device
        : throw new FormatException($"'{text}' is not a device id: 1 to {MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit.");

    public int CompareTo(DeviceId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(DeviceId left, DeviceId right) => left.CompareTo(right) < 0;

    public static bool operator >(DeviceId left, DeviceId right) => left.CompareTo(right) > 0;

    public static bool operator <=(DeviceId left, DeviceId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DeviceId left, DeviceId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;

    /// <summary>Whether these bytes are a device's name; allocates nothing.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit((char)utf8[0])) return false;

        foreach (var c in utf8)
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'.' or (byte)'_' or (byte)'-')) return false;

        return true;
    }

    private static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(text[0])) return false;

        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')) return false;

        return true;
    }
}
