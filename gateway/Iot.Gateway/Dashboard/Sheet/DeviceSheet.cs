using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>What the page of a device says of it besides its readings; also the live event <c>device</c>.</summary>
/// <param name="State">Nothing: it never spoke.</param>
/// <param name="Since">When it went online or offline.</param>
/// <param name="Rate">Readings a second over the last half minute.</param>
/// <param name="Troubles">What is wrong with it, the worst first.</param>
/// <param name="Books">Without gaps: those are an event of their own.</param>
internal sealed record DeviceSheet(
    string Device, DeviceState? State, string? LastSeen, string? Since, string? Agent, string? Client, double Rate,
    IReadOnlyList<DeviceTrouble> Troubles, SheetBooks? Books, IReadOnlyList<StatusLine> Status, ClockJson? Clock, RegisteredDeviceJson? Registered, ConfigStand Config)
{
    public static DeviceSheet Of(DeviceFacts facts, double rate, bool withSecurity) => new(
        facts.Device.Value, facts.State,
        facts.Books is { } books ? TimeText.Format(books.LastSeenNs / 1_000_000 * 1_000_000) : null,
        facts.Presence is { } presence ? RegisteredDeviceJson.Time(presence.At) : null,
        facts.Presence?.Agent, facts.Presence?.Client, rate,
        DeviceTroubles.Of(facts, withSecurity),
        facts.Books is null ? null : SheetBooks.Of(facts.Books),
        facts.Status,
        facts.Clock is { } clock ? ClockJson.Of(clock) : null,
        facts.Registered is { } registered ? RegisteredDeviceJson.Of(registered) : null,
        facts.Config);

    /// <summary>When the gaps are the same, they are not sent again.</summary>
    public static GapsFrame Gaps(DeviceFacts facts) => new(facts.Device.Value, [.. (facts.Books?.Gaps ?? []).Select(GapJson.Of)]);
}

/// <summary>A device's books as its page shows them.</summary>
internal sealed record SheetBooks(bool Balanced, bool Provable, ulong GivenUp, IReadOnlyList<EpochJson> Epochs)
{
    public static SheetBooks Of(Ledger.DeviceBooks books) => new(Balance.Holds(books), books.Provable, books.GivenUp, [.. books.Epochs.Select(EpochJson.Of)]);
}

/// <summary>Every batch of a device that did not arrive; the live event <c>gaps</c>.</summary>
internal sealed record GapsFrame(string Device, IReadOnlyList<GapJson> Gaps);
