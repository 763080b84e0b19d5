using System.Net.Sockets;

namespace Iot.LoadTest.Peers;

/// <summary>The same load through what people use today and through the gateway: same broker, same sink, one run after the other.</summary>
internal static class PeersBench
{
    /// <summary>A run whose programs did not come up, because a port was taken meanwhile for example, is made again.</summary>
    private const int Tries = 3;

    /// <returns>0, or 1 when the gateway lost something. What others lose is a figure.</returns>
    public static async Task<int> RunAsync(PeersArguments arguments)
    {
        var measured = new List<(PeerLoad Load, PeerResult Result)>();
        var killed = new List<KilledResult>();
        for (var i = 0; i < arguments.Repeat; i++)
        {
            foreach (var load in PeerLoad.All)
                foreach (var peer in arguments.Peers) measured.Add((load, await MeasureAsync(peer, load, arguments)));

            foreach (var peer in arguments.Peers) killed.Add(await KillAsync(peer, arguments));
        }

        foreach (var load in measured.GroupBy(run => run.Load, run => run.Result)) Console.WriteLine($"{PeerTables.Of(load.Key.Plan.Name, load)}\n");
        Console.WriteLine(PeerTables.Of(killed));

        var lost = measured.Select(run => (run.Result.Peer, run.Result.Lost)).Concat(killed.Select(run => (run.Peer, run.Lost)));
        return lost.Any(run => run.Lost > 0 && run.Peer.IsOurs) ? 1 : 0;
    }

    private static async Task<PeerResult> MeasureAsync(Peer peer, PeerLoad load, PeersArguments arguments)
    {
        var result = await TryAsync(load, run => run.MeasureAsync(peer, arguments));
        Console.Error.WriteLine($"{load.Plan.Name}: {PeerTables.Summary(result)}");
        return result;
    }

    private static async Task<KilledResult> KillAsync(Peer peer, PeersArguments arguments)
    {
        var result = await TryAsync(PeerLoad.Killed, run => run.KillAsync(peer, arguments));
        Console.Error.WriteLine($"kill -9: {peer.Name}: {result.Published} published, {result.Lost} lost, {result.Doubled} doubled.");
        return result;
    }

    private static async Task<T> TryAsync<T>(PeerLoad load, Func<PeerRun, Task<T>> measure)
    {
        for (var left = Tries - 1; ; left--)
        {
            await using var run = new PeerRun(load);
            try
            {
                return await measure(run);
            }
            catch (Exception e) when (left > 0 && e is (IOException or TimeoutException or InvalidOperationException or SocketException))
            {
                Console.Error.WriteLine($"A run failed and is made again: {e.Message}");
            }
        }
    }
}
