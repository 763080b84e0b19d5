using System.Text;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>What makes a series the same series: device, measurement, field and tags, put end to end with a NUL between.</summary>
/// <remarks>A NUL inside a part (SenML allows none in names) is written as a space, so that parts cannot be shifted.</remarks>
internal struct SeriesKey()
{
    private const byte Separator = 0;
    private byte[] _bytes = new byte[256];
    private int _length;

    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Part(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> suffix = default)
    {
        var needed = _length + utf8.Length + suffix.Length + 1;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));

        var part = _bytes.AsSpan(_length, utf8.Length + suffix.Length);
        utf8.CopyTo(part);
        suffix.CopyTo(part[utf8.Length..]);
        part.Replace(Separator, (byte)' ');
        _length = needed;
        _bytes[_length - 1] = Separator;
    }

    /// <summary>Device, measurement, field, tags.</summary>
    public static string[] Parts(ReadOnlySpan<byte> key) => Encoding.UTF8.GetString(key[..^1]).Split('\0');

    /// <summary>The key with the tags of a fifth part, those a reading brought, merged into the fourth.</summary>
    public static byte[] Canonical(ReadOnlySpan<byte> key)
    {
        var head = 0;
        for (var part = 0; part < 3; part++) head += key[head..].IndexOf(Separator) + 1;

        var ofDevice = key[head..];
        var end = ofDevice.IndexOf(Separator);
        var ofReading = ofDevice[(end + 1)..];
        return ofReading.IsEmpty
            ? key.ToArray()
            : [.. key[..head], .. new TagSet().Merge(ofDevice[..end], ofReading[..^1]), Separator];
    }

    public static byte[] Of(string device, string measurement, string field, string tags) =>
        Encoding.UTF8.GetBytes($"{device}\0{measurement}\0{field}\0{tags}\0");
}
