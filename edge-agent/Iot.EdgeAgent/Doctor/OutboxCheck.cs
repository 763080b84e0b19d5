namespace Iot.EdgeAgent.Doctor;

/// <summary>What waits on disk, and whether there is room for more.</summary>
internal static class OutboxCheck
{
    private const string Check = "outbox";

    public static IEnumerable<Finding> Run(Installation installation)
    {
        var all = OutboxFiles.All(installation.OutboxPath, installation.Clock);
        if (all.SelectMany(files => files.Damaged).ToList() is { Count: > 0 } damaged)
        {
            yield return Finding.Warn("damage", $"bytes of the outbox were damaged and are kept: {damaged[0]}{(damaged.Count > 1 ? $" and {damaged.Count - 1} more" : "")}",
                "Everything that could be read goes to the gateway. Look for the cause, mostly the disk or the power supply (dmesg); then the file may be deleted.");
        }

        if (installation.RunningDevice is not { } device)
        {
            yield return Resting(all);
            yield break;
        }

        var waiting = $"{Amounts.Count((long)device.Waiting, "batch waits", "batches wait")}, {Amounts.Bytes(device.OutboxBytes)} of {Amounts.Bytes(device.OutboxMaxBytes)} on disk";
        yield return device.OutboxFull
            ? Finding.Fail(Check, $"{waiting}: full, and new readings are given up", "Bring the connection back (below), or give it more room: Outbox:MaxBytes.")
            : Finding.Ok(Check, waiting);

        if (device.GivenUp > 0)
            yield return Finding.Warn("given up", $"{Amounts.Count(device.GivenUp, "reading was", "readings were")} given up since the agent's start", "The outbox was full or the disk failed: journalctl -u iot-edge-agent says when.");
    }

    private static Finding Resting(IReadOnlyList<OutboxFiles> all) => all.Any(files => files.HasWaiting)
        ? Finding.Ok(Check, $"batches wait, {Amounts.Bytes(all.Sum(files => files.Bytes))} on disk; they are sent when the agent runs")
        : Finding.Ok(Check, "nothing waits");
}
