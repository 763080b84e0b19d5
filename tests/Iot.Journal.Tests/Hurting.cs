using System.Globalization;
using Iot.Testing;

namespace Iot.Journal.Tests;

/// <summary>Damage of any kind to a segment of 100-byte records.</summary>
internal static class Hurting
{
    private const int Frame = 120;

    /// <returns>Offsets of the records whose bytes were touched, and all that follow when the file was cut.</returns>
    public static IReadOnlyList<ulong> Hurt(this LossyDisk disk, string path, Random random)
    {
        var before = disk.ReadAllBytes(path);
        var first = ulong.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture);
        var (from, to) = (0, 0);
        disk.Damage(path, bytes =>
        {
            from = random.Next(bytes.Length);
            to = Math.Min(bytes.Length, from + random.Next(1, 600));
            switch (random.Next(4))
            {
                case 0:
                    bytes[from] ^= (byte)(1 << random.Next(8));
                    to = from + 1;
                    return bytes;
                case 1:
                    bytes.AsSpan(from, to - from).Clear();
                    return bytes;
                case 2:
                    random.NextBytes(bytes.AsSpan(from, to - from));
                    return bytes;
                default:
                    to = before.Length;
                    return bytes[..from];
            }
        });

        var records = (before.Length - SegmentHeader.Size) / Frame;
        return [.. Enumerable.Range(0, records).Where(Touched).Select(record => first + (ulong)record)];

        bool Touched(int record) =>
            SegmentHeader.Size + (record + 1) * Frame > from && SegmentHeader.Size + record * Frame < to;
    }
}
