using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors.Shaping;

/// <summary>The value of one name that was sent last, so that the same need not be sent again.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SentValue
{
    private ReadingKind _kind;
    private double _number;
    private byte[]? _text;
    private TimeSpan _at;

    /// <summary>False when the reading tells nothing new; else it is remembered as sent.</summary>
    /// <param name="reading">The next reading of that name.</param>
    /// <param name="text">Its text.</param>
    /// <param name="now">By a clock that only goes forward.</param>
    /// <param name="deadband">Numbers closer than this, or this close, are taken for equal.</param>
    /// <param name="maxSilence">After this time the same is sent again.</param>
    public bool IsDue(in Reading reading, ReadOnlySpan<byte> text, TimeSpan now, double deadband, TimeSpan maxSilence)
    {
        var same = reading.Kind == _kind && Math.Abs(reading.Number - _number) <= deadband && text.SequenceEqual(_text);
        if (same && now - _at < maxSilence) return false;

        (_kind, _number, _at) = (reading.Kind, reading.Number, now);
        if (!text.SequenceEqual(_text)) _text = text.ToArray();
        return true;
    }
}
