using System.Text.Json.Serialization;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

internal enum AttentionLevel
{
    /// <summary>Data is not taken, not delivered, or does not add up.</summary>
    [JsonStringEnumMemberName("bad")] Bad,

    /// <summary>Somebody should look today.</summary>
    [JsonStringEnumMemberName("warn")] Warn,
}

/// <summary>Something that somebody should look at.</summary>
/// <param name="Text">What it is, and what became of the data where there is some.</param>
/// <param name="Link">Where to look; null where the text says all.</param>
internal sealed record Attention(AttentionLevel Level, string Text, string? Link)
{
    /// <summary>The worst first. Sentences of a fleet, never one a device: there may be many.</summary>
    public static IReadOnlyList<Attention> Of(FleetSnapshot fleet, GatewayView view) =>
        [.. Troubles(fleet, view), .. Worries(fleet, view)];

    private static IEnumerable<Attention> Troubles(FleetSnapshot fleet, GatewayView view)
    {
        foreach (var reason in view.NotReady()) yield return new(AttentionLevel.Bad, reason, "/sinks");
        foreach (var sink in view.Figures.Sinks())
            if (sink.Problem is { } problem) yield return new(AttentionLevel.Bad, $"{sink.Name}: {problem}", "/sinks");
        var off = fleet.Rows.Count(row => !row.Balanced);
        if (off > 0) yield return new(AttentionLevel.Bad, $"The books of {Devices(off)} do not balance.", "/devices?sort=missing");
    }

    private static IEnumerable<Attention> Worries(FleetSnapshot fleet, GatewayView view)
    {
        var open = view.Security().Open;
        if (open > 0) yield return new(AttentionLevel.Warn, open == 1 ? "One security event is open: look at what was seen." : $"{open} security events are open: look at what was seen.", "/security");

        var letters = view.DeadLetters.Stand();
        if (letters.Waiting > 0) yield return new(AttentionLevel.Warn, $"{(letters.Waiting == 1 ? "One dead letter waits" : $"{letters.Waiting} dead letters wait")} to be requeued or discarded{(letters.IsFull ? "; there is no room for more, and what comes now is only counted" : "")}.", "/dead-letters");

        var missing = fleet.Rows.Count(row => row.Missing > row.Held);
        if (missing > 0) yield return new(AttentionLevel.Warn, $"Batches of {Devices(missing)} never arrived.", "/devices?sort=missing");

        var silent = fleet.Rows.Count(row => row.State == DeviceState.Silent);
        if (silent > 0) yield return new(AttentionLevel.Warn, $"{(silent == 1 ? "One device has" : $"{silent} devices have")} not been heard for five minutes and did not say good-bye.", "/devices?state=silent");

        if (view.Figures.Clocks().GetValueOrDefault(ClockState.Unsynchronised) is > 0 and var clocks)
            yield return new(AttentionLevel.Warn, $"Nobody confirms the clocks of {Devices(clocks)}: the times of their readings may be wrong.", "/devices");
        foreach (var warning in view.Warnings()) yield return new(AttentionLevel.Warn, warning, null);
    }

    private static string Devices(int count) => count == 1 ? "one device" : $"{count} devices";
}
