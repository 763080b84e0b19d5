using System.Runtime.CompilerServices;
using Iot.Wire;

namespace Iot.EdgeAgent.Doctor;

/// <summary>The way to the gateway, step by step; what rests on a step that failed is not tried.</summary>
internal static class GatewayChecks
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="readings">To send, when the outbox holds nothing.</param>
    public static async IAsyncEnumerable<Finding> RunAsync(Installation installation, ReadingBatch? readings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var limit = new Limit(Longest, installation.Clock, cancellation);
        var address = installation.Options.Gateway.ToAddress();
        var (named, addresses) = await NameCheck.RunAsync(address.Host, limit);
        yield return named;

        var (reached, endPoint) = addresses.Count > 0 ? await TcpCheck.RunAsync(address, addresses, limit) : (null, null);
        if (reached is not null) yield return reached;
        var secured = endPoint is not null && address.Tls ? await TlsCheck.RunAsync(installation, endPoint, limit) : null;
        if (secured is not null) yield return secured;
        if (installation.Identity is { } identity)
            foreach (var finding in await RenewalCheck.RunAsync(identity, installation.Clock, limit)) yield return finding;

        if (installation.RunningDevice is { } device)
        {
            foreach (var finding in RunningCheck.Run(installation, device)) yield return finding;
        }
        else if (endPoint is not null && secured is not { Grade: Grade.Fail })
        {
            await foreach (var finding in Bounded.EachAsync("mqtt", SessionCheck.RunAsync(installation, readings, Longest, cancellation), installation.Clock, cancellation)) yield return finding;
        }
    }
}

/// <summary>A new deadline for each step.</summary>
internal sealed class Limit(TimeSpan longest, TimeProvider clock, CancellationToken cancellation) : IDisposable
{
    private CancellationTokenSource? _deadline;
    private CancellationTokenSource? _either;

    public TimeProvider Clock => clock;

    public TimeSpan Longest => longest;

    /// <summary>Cancelled when this step has taken too long, or nobody wants the answer any more.</summary>
    public CancellationToken Next()
    {
        cancellation.ThrowIfCancellationRequested();
        Dispose();
        _deadline = new(longest, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellation);
        return _either.Token;
    }

    public void Dispose()
    {
        _either?.Dispose();
        _deadline?.Dispose();
    }
}
