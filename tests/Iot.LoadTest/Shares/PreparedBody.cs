using System.Buffers.Text;
using System.Globalization;

namespace Iot.LoadTest.Shares;

/// <summary>A request's bytes; each time it is sent its lines get times of their own, by writing over a few digits.</summary>
internal sealed class PreparedBody
{
    private const int Digits = 19;
    private const long StepNs = 1_000_000;
    private const long StepsABody = BareLoader.LinesABody / BareLoader.DevicesABody;

    private static readonly long FirstNs = (DateTimeOffset.UtcNow.AddDays(-2) - DateTimeOffset.UnixEpoch).Ticks * 100;

    private readonly byte[] _bytes;
    private readonly (int At, long TimeNs)[] _times;

    public PreparedBody(byte[] bytes)
    {
        _bytes = bytes;
        var times = new List<(int, long)>();
        for (var at = 0; at < bytes.Length; at++)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            times.Add((end - Digits, long.Parse(bytes.AsSpan(end - Digits, Digits), NumberStyles.None, CultureInfo.InvariantCulture)));
            at = end;
        }

        _times = [.. times];
    }

    /// <summary>Of the first round: each device's lines are a millisecond apart, body after body.</summary>
    public static long TimeNs(int body, int line) => FirstNs + (((body * StepsABody) + (line / BareLoader.DevicesABody)) * StepNs);

    /// <summary>Valid until the next call; a body is under way once at a time.</summary>
    /// <param name="round">How often it was sent before; moves all times behind those of the other bodies.</param>
    public byte[] At(int round)
    {
        foreach (var (at, time) in _times) Utf8Formatter.TryFormat(time + (round * BareLoader.Bodies * StepsABody * StepNs), _bytes.AsSpan(at), out _);
        return _bytes;
    }
}
