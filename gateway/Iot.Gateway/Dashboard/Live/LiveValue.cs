using Iot.Gateway.Dashboard.Api;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>The newest value of one series.</summary>
/// <param name="Value">A double, a bool or a string.</param>
internal sealed record LiveValue(string Measurement, string Field, string Tags, ReadingKind Kind, string? Unit, long TimeNs, object Value);

/// <param name="Time">RFC 3339.</param>
internal sealed record LiveValueJson(string Measurement, string Field, string Tags, string Kind, string? Unit, string Time, object Value)
{
    public static LiveValueJson Of(LiveValue value) => new(
        value.Measurement, value.Field, value.Tags, KindText.Of(value.Kind), value.Unit, TimeText.Format(value.TimeNs), value.Value);
}

/// <summary>What changed of one device since the last frame.</summary>
/// <param name="Skipped">Messages were left out, of this device or others: a series may have a newer value than the one shown.</param>
internal sealed record ValuesFrame(string Device, IReadOnlyList<LiveValueJson> Values, bool Skipped);
