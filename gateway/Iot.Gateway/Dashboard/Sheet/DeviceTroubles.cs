using System.Globalization;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>What is wrong with a device, the worst first. The page begins with it.</summary>
internal static class DeviceTroubles
{
    private const double MostSkewSeconds = 5;

    private static readonly TimeSpan RestartTakes = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CertificateEndsSoon = TimeSpan.FromDays(10); // agents renew long before

    public static IReadOnlyList<DeviceTrouble> Of(DeviceFacts facts, bool withSecurity) =>
        [.. Find(facts, withSecurity).OfType<DeviceTrouble>().OrderBy(trouble => trouble.Level)];

    private static IEnumerable<DeviceTrouble?> Find(DeviceFacts facts, bool withSecurity)
    {
        yield return Disabled(facts);
        yield return Absent(facts);
        yield return Missing(facts);
        yield return GivenUp(facts);
        yield return Unbalanced(facts);
        yield return Refused(facts);
        yield return Configuration(facts.Config);
        yield return OwnFiles(facts.Config);
        yield return Clock(facts);
        yield return Certificate(facts);
        if (withSecurity) yield return Security(facts);
        yield return Held(facts);
        yield return NotProvable(facts);
    }

    private static DeviceTrouble? Disabled(DeviceFacts facts) => facts.Registered is { State: EnrollmentState.Disabled }
        ? new("disabled", TroubleLevel.Bad, "It is disabled: the gateway shuts it out.", "An operator lets it in again under “Access” below.", "#access")
        : null;

    private static DeviceTrouble? Absent(DeviceFacts facts)
    {
        if (facts.Books is not { } books || facts.Registered is { State: EnrollmentState.Disabled }) return null;

        var silence = facts.Now - DateTimeOffset.UnixEpoch.AddTicks(books.LastSeenNs / 100);
        const string Look = "Is it switched on, and is its network there? On the device, “iot-edge-agent doctor” says what is wrong.";
        return facts.State switch
        {
            DeviceState.Silent => new("silent", TroubleLevel.Bad, $"It has been silent for {Long(silence)}, and never said good-bye.", Look),
            DeviceState.Offline when silence > RestartTakes => new("offline", TroubleLevel.Bad, $"It is offline. Its last message came {Long(silence)} ago.", Look),
            _ => null,
        };
    }

    private static DeviceTrouble? Missing(DeviceFacts facts) => Batches(facts, gap => !gap.GivenUp && !gap.Held) is var missing and > 0
        ? new("missing", TroubleLevel.Bad, $"{Count(missing, "batch", "batches")} never arrived.",
            "They may still come, if the device holds them: “iot-edge-agent status” there says what waits. The ledger below names each.", "#ledger-title")
        : null;

    private static DeviceTrouble? GivenUp(DeviceFacts facts) => Batches(facts, gap => gap.GivenUp) is var lost and > 0
        ? new("given_up", TroubleLevel.Bad, $"{Count(lost, "batch", "batches")} will not come any more: the device gave them up.",
            "Its outbox had no room, or they were too old there. Outbox:MaxBytes and Outbox:Policy on the device say how much it keeps.", "#ledger-title")
        : null;

    private static DeviceTrouble? Held(DeviceFacts facts) => Batches(facts, gap => gap.Held) is var held and > 0
        ? new("held", TroubleLevel.Note, $"{Count(held, "batch", "batches")} {(held == 1 ? "waits" : "wait")} in the device’s outbox.", "What waits comes by itself, behind new readings.", "#ledger-title")
        : null;

    private static DeviceTrouble? Unbalanced(DeviceFacts facts) => facts.Books is { } books && !Balance.Holds(books)
        ? new("unbalanced", TroubleLevel.Bad, "Its books do not balance.", "“iot-gateway ledger reconcile” counts journal and sinks anew and names what differs.")
        : null;

    private static DeviceTrouble? Refused(DeviceFacts facts) => facts.Books is { Rejected: > 0 } books
        ? new("rejected", TroubleLevel.Warn, $"{Count((ulong)books.Rejected, "reading was", "readings were")} refused.",
            "They are kept with the reason: correct the schema or the device, then requeue them.", $"/dead-letters?device={books.Device}")
        : null;

    private static DeviceTrouble? Configuration(ConfigStand config) => config.State switch
    {
        "refused" => new("config", TroubleLevel.Warn, $"It refused configuration {config.Version}; nothing was changed. {string.Join(' ', config.Problems)}", "Correct it below.", "#config-title"),
        "rolledBack" => new("config", TroubleLevel.Warn, $"It went back from configuration {config.Version} to the last good one. {string.Join(' ', config.Problems)}", "Correct it below.", "#config-title"),
        "unknown" => new("config", TroubleLevel.Warn, $"What it says of configuration {config.Version} cannot be understood.", "Is its agent newer than this gateway?", "#config-title"),
        _ => null,
    };

    private static DeviceTrouble? OwnFiles(ConfigStand config) => config.Local.Count > 0
        ? new("own_files", TroubleLevel.Warn, $"Its own configuration files are not good: {string.Join(' ', config.Local)}", "It runs with the last good ones. Correct the file on the device.")
        : null;

    private static DeviceTrouble? Clock(DeviceFacts facts) => facts.Clock switch
    {
        { State: ClockState.Unsynchronised } => new("clock", TroubleLevel.Warn, "Nobody confirms the time of its clock; the times of its readings may be wrong.",
            "Let an NTP client run on the device, or set Time:TrustClock where its host keeps the clock."),
        { Skew: var skew } when Math.Abs(skew) > MostSkewSeconds => new("clock", TroubleLevel.Note,
            string.Create(CultureInfo.InvariantCulture, $"Its own clock is {Math.Abs(skew):0.#} s {(skew > 0 ? "ahead" : "behind")}; its readings carry the right time all the same."), "Let an NTP client run on the device."),
        _ => null,
    };

    private static DeviceTrouble? Certificate(DeviceFacts facts)
    {
        if (facts.Registered is not { State: EnrollmentState.Active, Certificates: { Count: > 0 } certificates, PasswordHash: null }) return null;

        var until = certificates.Where(certificate => !certificate.Revoked).Select(certificate => certificate.NotAfter).DefaultIfEmpty().Max();
        const string Anew = "On the device: “iot-edge-agent enroll” with a new token from “Access” below.";
        return until < facts.Now ? new("certificate", TroubleLevel.Bad, "Its certificate has ended: it cannot connect.", Anew, "#access")
            : until - facts.Now < CertificateEndsSoon ? new("certificate", TroubleLevel.Warn, $"Its certificate ends in {Long(until - facts.Now)}.", $"Its agent should have renewed it. {Anew}", "#access")
            : null;
    }

    private static DeviceTrouble? Security(DeviceFacts facts) => facts.Security.Count > 0
        ? new("security", TroubleLevel.Warn, $"{Count((ulong)facts.Security.Count, "security event is", "security events are")} open: {facts.Security[0].What.Seen}.", "Look at what was seen, and whether it was you.", "/security")
        : null;

    private static DeviceTrouble? NotProvable(DeviceFacts facts) => facts.Books is { Provable: false }
        ? new("not_provable", TroubleLevel.Note, "Whether anything is missing cannot be proved.", "It sends batches without epoch and seq, or numbers of before were forgotten.")
        : null;

    private static ulong Batches(DeviceFacts facts, Func<SequenceGap, bool> which) =>
        (facts.Books?.Gaps ?? []).Where(which).Aggregate(0UL, (sum, gap) => sum + (gap.To - gap.From + 1));

    private static string Count(ulong count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    private static string Long(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{(int)time.TotalDays} days",
        { TotalHours: >= 2 } => $"{(int)time.TotalHours} hours",
        { TotalMinutes: >= 2 } => $"{(int)time.TotalMinutes} minutes",
        _ => "a minute",
    };
}
