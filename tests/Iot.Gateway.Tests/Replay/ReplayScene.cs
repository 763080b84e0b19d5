using System.Globalization;
using System.Text;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Replay;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Replay;

/// <summary>One reading as a test remembers it; values are unique, so a value names its reading.</summary>
internal sealed record Known(string Device, string Field, long TimeNs, double Value, long ReceivedAtNs);

/// <summary>Feeds a gateway's core with messages received when the test says, and remembers what it sent, in order.</summary>
internal sealed class ReplayScene(GatewayCore core)
{
    public const long Second = 1_000_000_000;
    public const long Start = 1_700_000_000 * Second;

    private readonly List<Known> _readings = [];
    private int _values;

    public IReadOnlyList<Known> Readings => _readings;

    /// <summary>What must be seen at the end: of equal series and time the last that was received.</summary>
    public Dictionary<(string Device, string Field, long TimeNs), double> Latest => _readings
        .GroupBy(reading => (reading.Device, reading.Field, reading.TimeNs)).ToDictionary(same => same.Key, same => same.Last().Value);

    public Known Of(double value) => _readings[(int)value - 1];

    /// <param name="received">Seconds after <see cref="Start"/>.</param>
    public async Task IngestAsync(string device, long received, params (string Field, long Seconds)[] readings)
    {
        var pack = new StringBuilder("[");
        foreach (var (field, seconds) in readings)
        {
            var known = new Known(device, field, Start + (seconds * Second), ++_values, Start + (received * Second));
            _readings.Add(known);
            pack.Append(CultureInfo.InvariantCulture, $"{(pack.Length > 1 ? "," : "")}{{\"n\":\"{field}\",\"t\":{(Start / Second) + seconds},\"v\":{known.Value}}}");
        }

        var answer = await core.Pipeline.IngestAsync(
            new(DeviceId.Parse(device), PayloadFormat.SenMl, Encoding.UTF8.GetBytes(pack.Append(']').ToString()), Start + (received * Second)), CancellationToken.None);
        Assert.Equal(IngestResult.Stored, answer);
    }

    public Task DeliveredAsync() => Eventually.TrueAsync(
        () => core.Ledger.Applied == core.Journal.NextOffset && core.Ledger.All().All(books => books.Sinks.Count > 0 && books.Sinks.All(sink => sink.Pending == 0)), "everything is delivered");

    /// <summary>Until it has ended.</summary>
    public async Task<ReplayState> ReplayAsync(string sink, long from, long to, string? device = null, int? rate = null, bool dryRun = false)
    {
        Assert.NotNull(core.Replays.TryStart(Request(sink, from, to, device, rate, dryRun)));
        return await EndAsync(sink);
    }

    public async Task<ReplayState> EndAsync(string sink)
    {
        await core.Replays.EndedAsync(sink).WaitAsync(TimeSpan.FromSeconds(60));
        return core.Replays.Find(sink)!;
    }

    public static ReplayRequest Request(string sink, long from, long to, string? device = null, int? rate = null, bool dryRun = false) =>
        new(sink, Start + (from * Second), Start + (to * Second), device, rate, dryRun);

    /// <summary>What a server keeps that takes the last write for a series and time, as InfluxDB does.</summary>
    public Dictionary<(string Device, string Field, long TimeNs), double> KeptBy(RecordingSink sink)
    {
        var kept = new Dictionary<(string, string, long), double>();
        foreach (var (_, text) in sink.Stored)
        {
            var reading = Of(double.Parse(text.Split(' ')[2], CultureInfo.InvariantCulture));
            kept[(reading.Device, reading.Field, reading.TimeNs)] = reading.Value;
        }

        return kept;
    }
}
