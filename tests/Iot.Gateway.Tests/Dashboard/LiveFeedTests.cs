using System.Runtime.CompilerServices;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.Tests.Pipeline;
using Iot.Journal;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Dashboard;

public sealed class LiveFeedTests
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly FakeTimeProvider _clock = new();
    private readonly WatchedDevices _watched = new();
    private int _taken;

    /// <summary>Records without end, each of which takes a millisecond: the feed takes ten, rests, and goes on at the end.</summary>
    [Fact]
    public async Task More_than_can_be_shown_is_skipped_and_those_who_watch_are_told()
    {
        using var watch = _watched.Start(Pump);
        var record = await RecordAsync();
        using var feed = new LiveFeed(cancellation => Endless(record, cancellation), _watched, new SpooledMessage(new MessageDecoder(1 << 20)), _clock, NullLogger<LiveFeed>.Instance);

        await feed.StartAsync(TestContext.Current.CancellationToken);
        ValuesFrame? told = null;
        await Eventually.TrueAsync(() => (told = watch.Next() ?? told) is { Skipped: true }, "it says that messages were skipped");
        Assert.Equal(10, _taken);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(250));
                return _taken > 10;
            },
            "it goes on in the next window");
        await Eventually.TrueAsync(() => watch.Next() is { Skipped: true }, "it says so again");
        await feed.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, _taken % 10);
    }

    [Fact]
    public void Nothing_is_said_to_be_skipped_to_one_who_came_afterwards()
    {
        _watched.Skip();
        using var watch = _watched.Start(Pump);

        Assert.Null(watch.Next());
    }

    private async IAsyncEnumerable<JournalRecord> Endless(JournalRecord record, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Interlocked.Increment(ref _taken);
            yield return record;
        }

        await Task.CompletedTask;
    }

    private static async Task<JournalRecord> RecordAsync()
    {
        using var directory = new TempDirectory();
        await using var core = await GatewayCore.StartAsync(new LossyDisk(seed: 1), directory, []);
        await core.IngestAsync(Pump.Value, """[{"n":"temperature","v":21.5}]""");
        using var reader = core.Journal.OpenReader(core.Journal.FirstOffset);
        Assert.True(reader.TryRead(out var record));
        return record with { Payload = record.Payload.ToArray() };
    }
}
