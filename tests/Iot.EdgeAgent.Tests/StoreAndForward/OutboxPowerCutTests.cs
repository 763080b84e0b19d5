using System.Globalization;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Tests.Batching;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.StoreAndForward;

/// <summary>An outbox with its lanes, cut from power at random, beside a gateway that keeps what reaches it and whose answers get lost.</summary>
/// <remarks>More of it: <c>make power-cuts</c>. <c>POWER_CUT_SEED=N</c> runs one device again.</remarks>
public class OutboxPowerCutTests
{
    private const string Home = "/outbox";
    private const int Lives = 8;

    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private readonly Dictionary<BatchIdentity, string> _received = [];
    private readonly Dictionary<BatchIdentity, string> _stored = []; // acknowledged to the batcher
    private readonly Dictionary<ulong, ulong> _given = []; // told, by epoch
    private LossyDisk _disk = new(seed: 0);
    private Random _random = new(0);
    private bool _cut;
    private int _repeated;

    [Theory]
    [InlineData(nameof(OutboxPolicy.KeepOldest)), InlineData(nameof(OutboxPolicy.DropOldest))]
    public async Task Whenever_the_power_goes_nothing_stored_is_lost_and_every_start_succeeds(string policy)
    {
        var cuts = int.Parse(Environment.GetEnvironmentVariable("POWER_CUTS") ?? "80", CultureInfo.InvariantCulture);
        var only = Environment.GetEnvironmentVariable("POWER_CUT_SEED");
        var (batches, sent, repeated) = (0L, 0L, 0L);
        for (var seed = 0; seed < cuts / Lives; seed++)
        {
            if (only is not null && !only.Equals(seed.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)) continue;

            await OneDeviceAsync(seed, Enum.Parse<OutboxPolicy>(policy));
            (batches, sent, repeated) = (batches + _stored.Count, sent + _received.Count, repeated + _repeated);
        }

        Table($"| outbox, {policy}: power cuts | {cuts} |\n| – batches acknowledged to the batcher, at the gateway, sent there again | {batches}, {sent}, {repeated} |\n| – lost, identities with two contents, starts that failed | 0, 0, 0 |");
    }

    private async Task OneDeviceAsync(int seed, OutboxPolicy policy)
    {
        (_random, _disk, _repeated) = (new(seed), new(seed), 0);
        _received.Clear();
        _stored.Clear();
        _given.Clear();
        for (var life = 0; life <= Lives; life++)
        {
            _cut = life < Lives;
            await LiveAsync(policy, steps: _random.Next(20, 200));
            _disk = _disk.CutPower();
        }

        var lost = 0UL;
        foreach (var (identity, content) in _stored.Where(batch => !_received.ContainsKey(batch.Key)))
        {
            Assert.True(policy == OutboxPolicy.DropOldest, $"seed {seed}: {identity} was stored and never came");
            lost += (ulong)Recorder.Decode(Device, Convert.FromHexString(content)).Count;
        }

        var told = _given.Values.Aggregate(0UL, (sum, given) => sum + given);
        Assert.True(lost <= told, $"seed {seed}: {lost} readings were stored and never came, and the device told of {told} only");
    }

    private async Task LiveAsync(OutboxPolicy policy, int steps)
    {
        await using var outbox = Open(policy); // a start must succeed, whatever the cut left
        using var lanes = new Lanes(outbox, Device, mostRanges: 6, _clock, _log);
        if (_cut) _disk.CutPowerAfter(_random.Next(1, 120));
        try
        {
            for (var step = 0; step < steps; step++) await StepAsync(outbox, lanes);
            if (_cut) return;

            await StoreAsync(outbox); // which tells what was given up until now
            lanes.StartOver();
            while (outbox.Waiting > 0) Send(outbox, lanes, answered: true);
        }
        catch (IOException)
        {
            // the power is gone
        }
    }

    private async Task StepAsync(Outbox outbox, Lanes lanes)
    {
        _clock.Advance(TimeSpan.FromSeconds(_random.Next(70)));
        switch (_random.Next(12))
        {
            case 0: lanes.StartOver(); break;
            case 1: outbox.Checkpoint(); break;
            case 2: for (var i = _random.Next(40); i > 0; i--) await StoreAsync(outbox); break;
            case < 7: await StoreAsync(outbox); break;
            default: Send(outbox, lanes, answered: _random.Next(5) > 0); break;
        }
    }

    private async Task StoreAsync(Outbox outbox)
    {
        var before = outbox.Stored;
        var batch = BatcherTests.Readings(_random.Next(1, 40));
        if (!await outbox.StoreAsync(batch, TestContext.Current.CancellationToken)) return;

        using var reader = outbox.OpenReader(before);
        Assert.True(reader.TryRead(out var record));
        var payload = record.Payload.ToArray();
        _stored[Identity(payload)] = Convert.ToHexString(payload);
    }

    private void Send(Outbox outbox, Lanes lanes, bool answered)
    {
        if ((lanes.NextLive() ?? lanes.NextBacklog()) is not { } batch)
        {
            if (_disk.IsDead) throw new IOException("the power is gone");
            Assert.True(_cut || outbox.Waiting == 0, "something waits that no lane sends");
            return;
        }

        var (identity, content) = (Identity(batch.Payload), Convert.ToHexString(batch.Payload));
        if (!_received.TryAdd(identity, content)) _repeated++;
        Assert.Equal(_received[identity], content);
        if (answered) lanes.Acknowledge(batch);
        else if (_random.Next(2) == 0) lanes.Refuse(batch);
    }

    /// <summary>The same batch in whatever words: what it says beside its number is noted and taken off.</summary>
    private BatchIdentity Identity(byte[] payload)
    {
        var identity = Recorder.Decode(Device, payload).Identity!.Value;
        _given[identity.Epoch] = Math.Max(identity.Given, _given.GetValueOrDefault(identity.Epoch));
        return identity with { First = 0, Given = 0 };
    }

    private Outbox Open(OutboxPolicy policy) =>
        Outbox.Open(Home, Device, new() { MaxBytes = 32 * 1024, SegmentBytes = 8 * 1024, ReserveBytes = 0, Policy = policy }, _clock, _log, _disk);

    private static void Table(string rows)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(rows);
        if (Environment.GetEnvironmentVariable("POWER_CUTS_TABLE") is { Length: > 0 } path) File.AppendAllText(path, rows + "\n");
    }
}
