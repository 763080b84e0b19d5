using System.Globalization;
using System.Text;
using Iot.Gateway.Ledger;
using Iot.Gateway.Tests.Pipeline;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>Ingest, spool, books, dead letters and a delivery loop to the InfluxDB sink as the gateway registers it, at a server of the test's choice.</summary>
internal sealed class AnsweredGateway : IAsyncDisposable
{
    public const string Device = "pump-7";
    public const double Bad = 666;
    private const long FirstSecond = 1_700_000_000;

    private static readonly string[] Quick =
    [
        "Linger=00:00:00", "Retry:Delay=00:00:00.001", "Retry:MaxDelay=00:00:00.020", "Retry:HeldDelay=00:00:00.050", "Circuit:BreakDuration=00:00:00.500",
    ];

    private readonly TempDirectory _directory = new();
    private readonly LossyDisk _disk = new(seed: 7);
    private ulong _seq;
    private long _second = FirstSecond;

    public SinkRig Rig { get; private set; } = null!;

    public GatewayCore Core { get; private set; } = null!;

    /// <summary>What the books say of the sink.</summary>
    public SinkBooks Books => Core.Ledger.TotalOf("Influx");

    /// <param name="url">Where the server is.</param>
    /// <param name="settings">Keys of section Influx.</param>
    public static async Task<AnsweredGateway> StartAsync(Uri url, params IEnumerable<string> settings)
    {
        var gateway = new AnsweredGateway();
        await gateway.StartAgainAsync(url, settings);
        return gateway;
    }

    public static Task<AnsweredGateway> StartAsync(StandInServer server, string style, params IEnumerable<string> settings) =>
        StartAsync(server.Url, [.. ServerStyle.Of(style).Settings, .. settings]);

    /// <summary>On the same data, perhaps with another address.</summary>
    public async Task StartAgainAsync(Uri url, params IEnumerable<string> settings)
    {
        if (Core is not null) await StopAsync();
        Rig = SinkRig.Over(url, [.. Quick, .. settings]);
        Core = await GatewayCore.StartAsync(
            _disk, _directory, [Rig.Sink], new JournalOptions(), delivery: new() { CheckpointEvery = TimeSpan.Zero, DrainFor = TimeSpan.Zero });
    }

    /// <summary>One batch, acknowledged: a reading a value, each at a second of its own. Numbers and texts.</summary>
    /// <returns>The payload.</returns>
    public async Task<string> IngestAsync(params IEnumerable<object> values)
    {
        var pack = new StringBuilder("[");
        foreach (var value in values)
        {
            pack.Append(CultureInfo.InvariantCulture, $"{(pack.Length > 1 ? "," : "")}{{");
            if (pack.Length < 3) pack.Append(CultureInfo.InvariantCulture, $"\"epoch\":\"000000000000feed\",\"seq\":{++_seq},");
            pack.Append(CultureInfo.InvariantCulture, $"\"n\":\"v\",\"t\":{_second++},{(value is string ? $"\"vs\":\"{value}\"" : $"\"v\":{value}")}}}");
        }

        var payload = pack.Append(']').ToString();
        Assert.Equal(IngestResult.Stored, await Core.IngestAsync(Device, payload));
        return payload;
    }

    /// <summary>Of the reading of that number, counted from 0.</summary>
    public static long TimeNs(int number) => (FirstSecond + number) * 1_000_000_000;

    /// <summary>Values that differ, some of them bad.</summary>
    public static IEnumerable<object> Values(int count, params IReadOnlyCollection<int> bad) =>
        Enumerable.Range(0, count).Select(i => (object)(bad.Contains(i) ? Bad : i + 1000.0));

    /// <summary>Everything is stored or dead-lettered; the books then.</summary>
    public async Task<SinkBooks> SettledAsync()
    {
        await Core.SettledBooksAsync(Device);
        return Books;
    }

    /// <summary>Once the sink is in that state, all it was given is held: nothing stored, nothing refused.</summary>
    public async Task HeldAsync(int readings, Func<Gateway.Delivery.SinkHealth, bool> state)
    {
        await Eventually.TrueAsync(() => state(Rig.Sink.Health), "the trouble shows in its health");
        await Eventually.TrueAsync(() => Books.Pending == readings, "the books know what is owed");
        Assert.Equal(new SinkBooks("Influx", 0, readings, 0), Books);
        Assert.Empty(Core.DeadLetters());
        Assert.Contains("wait in the spool", Rig.Sink.Health.Problem);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private async Task StopAsync()
    {
        await Core.DisposeAsync();
        await Rig.DisposeAsync();
    }
}
