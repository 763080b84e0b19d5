using System.Runtime.CompilerServices;

namespace Iot.EdgeAgent.Doctor;

/// <summary>All checks, in the order in which one rests on the other: what fails first is what to look at first.</summary>
/// <remarks>It changes nothing: a probe file is deleted again, and a running agent's session is left alone.</remarks>
internal static class Examination
{
    public static async IAsyncEnumerable<Finding> RunAsync(Installation installation, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var clock = installation.Clock;
        foreach (var finding in await BoundedAsync("identity", () => IdentityCheck.Run(installation), clock, cancellation)) yield return finding;
        foreach (var finding in await BoundedAsync("clock", () => ClockCheck.Run(installation), clock, cancellation)) yield return finding;
        foreach (var finding in await BoundedAsync("disk", () => DiskCheck.Run(installation), clock, cancellation)) yield return finding;
        foreach (var finding in await BoundedAsync("flash", () => FlashCheck.Run(installation.DataPath), clock, cancellation)) yield return finding;
        foreach (var finding in await BoundedAsync("memory", () => MemoryCheck.Run(installation), clock, cancellation)) yield return finding;
        foreach (var finding in await BoundedAsync("outbox", () => OutboxCheck.Run(installation), clock, cancellation)) yield return finding;
        var sensors = new SensorsCheck(installation);
        await foreach (var finding in sensors.RunAsync(cancellation)) yield return finding;
        await foreach (var finding in GatewayChecks.RunAsync(installation, sensors.Readings, cancellation)) yield return finding;
    }

    private static async Task<IReadOnlyList<Finding>> BoundedAsync(string check, Func<IEnumerable<Finding>> run, TimeProvider clock, CancellationToken cancellation)
    {
        var (found, failed) = await Bounded.TryAsync(check, () => Task.FromResult(run().ToList()), clock, cancellation);
        return failed is null ? found! : [failed];
    }
}
