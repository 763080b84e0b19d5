using System.Globalization;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Who was asked in vain twice is left alone for nine times as long as that took, so that he costs the line a tenth of its time at most.</summary>
/// <remarks>Once is not enough: a frame may be lost, and a sensor that is sampled each second should be back the second after.</remarks>
internal sealed class Rest(TimeProvider clock)
{
    private const int Times = 9;

    private string? _reason;
    private long _begun;
    private TimeSpan _length;

    /// <summary>Why nobody need ask at the moment; null: ask.</summary>
    public string? Reason => Left is var left && left > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"{_reason} It is asked again in {Math.Ceiling(left.TotalSeconds)} s.")
        : null;

    private TimeSpan Left => _length - clock.GetElapsedTime(_begun);

    public void Begin(string reason, TimeSpan cost)
    {
        _length = _reason is null ? TimeSpan.Zero : cost * Times;
        (_reason, _begun) = (reason, clock.GetTimestamp());
    }

    public void End() => (_reason, _length) = (null, TimeSpan.Zero);
}
