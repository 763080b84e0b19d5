using System.Buffers;
using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>Base name and name become measurement and field. The rule stands in WIRE.md, "Names".</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SenMlName(TextRange Measurement, TextRange Field, ReadingDefect Defect)
{
    /// <summary>Longest resolved name in bytes: a long base name is copied before each of 10,000 names.</summary>
    public const int MaxLength = 255;

    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:./_"u8);

    /// <summary>Puts the name into <paramref name="batch"/> and takes it apart, for the topic's <paramref name="device"/>.</summary>
    public static SenMlName Resolve(
        ReadOnlySpan<byte> baseName, ReadOnlySpan<byte> name, ReadOnlySpan<byte> device, bool baseIsForeign, ReadingBatch batch)
    {
        var length = baseName.Length + name.Length;
        if (length is 0 or > MaxLength) return new(default, default, ReadingDefect.BadName);

        var full = batch.ReserveText(length)[..length];
        baseName.CopyTo(full);
        name.CopyTo(full[baseName.Length..]);
        var range = batch.CommitText(length);

        if (!char.IsAsciiLetterOrDigit((char)full[0]) || full.ContainsAnyExcept(Allowed))
            return new(default, range, ReadingDefect.BadName);

        var prefix = PrefixLength(full, device, baseIsForeign);
        return prefix < 0
            ? new(default, range, ReadingDefect.ForeignDevice)
            : Split(full[prefix..], new(range.Start + prefix, length - prefix));
    }

    /// <summary>Whether a base name starts with <c>id:</c> where that id is not <paramref name="device"/>.</summary>
    public static bool IsForeignBase(ReadOnlySpan<byte> baseName, ReadOnlySpan<byte> device)
    {
        var colon = baseName.IndexOf((byte)':');
        return colon > 0 && DeviceId.IsValid(baseName[..colon]) && !baseName[..colon].SequenceEqual(device);
    }

    /// <summary>How many bytes name the device; -1 when they name another one.</summary>
    private static int PrefixLength(ReadOnlySpan<byte> full, ReadOnlySpan<byte> device, bool baseIsForeign)
    {
        if (full.StartsWith("urn:dev:"u8)) return UrnPrefixLength(full, device);
        if (DevicePrefixLength(full, device) is var length and > 0) return length;

        return baseIsForeign ? -1 : 0;
    }

    /// <summary><c>urn:dev:</c>, one segment of subtype (<c>ow:</c>, <c>mac:</c> …) or none, then the device, which may be all.</summary>
    private static int UrnPrefixLength(ReadOnlySpan<byte> full, ReadOnlySpan<byte> device)
    {
        var start = "urn:dev:".Length;
        var behindSubtype = start + full[start..].IndexOf((byte)':') + 1;
        if (full[behindSubtype..].SequenceEqual(device)) return full.Length;
        if (DevicePrefixLength(full[behindSubtype..], device) is var length and > 0) return behindSubtype + length;
        if (DevicePrefixLength(full[start..], device) is var bare and > 0) return start + bare;

        return -1;
    }

    /// <summary>The device and the <c>:</c> or <c>/</c> behind it; 0 when they are not there.</summary>
    private static int DevicePrefixLength(ReadOnlySpan<byte> text, ReadOnlySpan<byte> device) =>
        text.Length > device.Length && text[device.Length] is (byte)':' or (byte)'/' && text.StartsWith(device)
            ? device.Length + 1
            : 0;

    private static SenMlName Split(ReadOnlySpan<byte> rest, TextRange range)
    {
        var slash = rest.IndexOf((byte)'/');
        if (slash < 0) return new(default, range, range.IsEmpty ? ReadingDefect.BadName : ReadingDefect.None);
        if (slash == 0 || slash == rest.Length - 1) return new(default, range, ReadingDefect.BadName);

        return new(
            new(range.Start, slash),
            new(range.Start + slash + 1, range.Length - slash - 1),
            ReadingDefect.None);
    }
}
