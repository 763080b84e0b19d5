using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Iot.CrashTest.Faults;

/// <summary>What was done, when: counts by kind, and a line each in a file. Thread-safe.</summary>
/// <param name="logs">Folder of the files.</param>
internal sealed class FaultLog(string logs) : IDisposable
{
    private static readonly FaultKind[] KillKinds =
    [
        FaultKind.GatewayKilled, FaultKind.GatewayKilledAtStart, FaultKind.PowerCut, FaultKind.AgentKilled, FaultKind.AgentKilledAtStart,
        FaultKind.BrokerKilled, FaultKind.DatabaseKilled, FaultKind.DatabaseKilledAtStart, FaultKind.DatabaseAway,
    ];

    private readonly ConcurrentDictionary<FaultKind, int> _counts = [];
    private readonly Lock _gate = new();
    private readonly StreamWriter _file = new(Path.Combine(logs, "faults.log")) { AutoFlush = true };
    private readonly long _started = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>SIGKILLs, of all parts.</summary>
    public int Kills => KillKinds.Sum(Count);

    public int GatewayKills => Count(FaultKind.GatewayKilled, FaultKind.GatewayKilledAtStart, FaultKind.PowerCut);

    public int Count(FaultKind kind) => _counts.GetValueOrDefault(kind);

    public int Count(params ReadOnlySpan<FaultKind> kinds)
    {
        var sum = 0;
        foreach (var kind in kinds) sum += Count(kind);
        return sum;
    }

    public void Note(FaultKind kind, string? more = null)
    {
        _counts.AddOrUpdate(kind, 1, (_, count) => count + 1);
        lock (_gate) _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {kind} {more}"));
    }

    /// <summary>What a part said in the life that has ended, for a person to look at.</summary>
    public void KeepOutput(string part, string output) => File.AppendAllText(Path.Combine(logs, $"{part}.log"), $"{output}\n--- next life\n");

    public void Dispose() => _file.Dispose();
}
