using System.Text.Json.Serialization;

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
    private const string Unconfirmed = "unsynchronised"; // as ClockJson.State says

    /// <summary>The worst first. Sentences of the fleet, never one a device: there may be many.</summary>
    public static IReadOnlyList<Attention> Of(FleetSnapshot fleet, GatewayView view) =>
        [.. Troubles(fleet, view), .. Worries(fleet, view)];

    private static IEnumerable<Attention> Troubles(FleetSnapshot fleet, GatewayView view)
    {
        foreach (var reason in view.NotReady()) yield return new(AttentionLevel.Bad, reason, "/sinks");
        foreach (var sink in view.Figures.Sinks())
            if (sink.Problem is { } problem) yield return new(AttentionLevel.Bad, $"{sink.Name}: {problem}", "/sinks");
        if (Named(fleet, row => !row.Balanced) is { } off) yield return new(AttentionLevel.Bad, $"The books of {off.Names} do not balance.", off.First);
    }

    private static IEnumerable<Attention> Worries(FleetSnapshot fleet, GatewayView view)
    {
        var open = view.Security().Open;
        if (open > 0) yield return new(AttentionLevel.Warn, open == 1 ? "One security event is open: look at what was seen." : $"{open} security events are open: look at what was seen.", "/security");

        var letters = view.DeadLetters.Stand();
        if (letters.Waiting > 0) yield return new(AttentionLevel.Warn, $"{(letters.Waiting == 1 ? "One dead letter waits" : $"{letters.Waiting} dead letters wait")} to be requeued or discarded{(letters.IsFull ? "; there is no room for more, and what comes now is only counted" : "")}.", "/dead-letters");

        if (Named(fleet, row => row.Missing > row.Held) is { } missing)
            yield return new(AttentionLevel.Warn, $"Batches of {missing.Names} never arrived.", missing.IsOne ? missing.First : "/devices?sort=missing");

        if (Named(fleet, row => row.State == DeviceState.Silent) is { } silent)
            yield return new(AttentionLevel.Warn, $"Not heard for five minutes, and no good-bye said: {silent.Names}.", silent.IsOne ? silent.First : "/devices?state=silent");

        if (Named(fleet, row => row.Clock is Unconfirmed) is { } clocks)
            yield return new(AttentionLevel.Warn, $"Nobody confirms the clock of {clocks.Names}: times may be wrong.", clocks.First);
        foreach (var warning in view.Warnings()) yield return new(AttentionLevel.Warn, warning, null);
    }

    /// <summary>Those that are like this: the first by its name, the others counted; null for none.</summary>
    private static (string Names, string First, bool IsOne)? Named(FleetSnapshot fleet, Func<FleetRow, bool> isMeant)
    {
        var (first, count) = (default(string), 0);
        foreach (var row in fleet.Rows)
        {
            if (!isMeant(row)) continue;

            first ??= row.Device;
            count++;
        }

        return first is null ? null : ($"{first}{count switch { 1 => "", 2 => " and another one", _ => $" and {count - 1} others" }}", $"/devices/{first}", count == 1);
    }
}
