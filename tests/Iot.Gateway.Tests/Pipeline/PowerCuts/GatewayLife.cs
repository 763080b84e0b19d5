using Iot.Gateway.Delivery;
using Iot.Gateway.Ledger;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>The random life of one gateway: what devices send, what sinks and the disk do, and power cuts at any instant, those of recovery too.</summary>
/// <remarks>The seed gives the program; how threads interleave in it is the machine's.</remarks>
internal sealed class GatewayLife : IDisposable
{
    private static readonly JournalOptions Small = new()
    {
        SegmentBytes = 4096, MaxBytes = 16 << 10, ReserveBytes = 0, MaxRecordBytes = 2048, MaxPendingBytes = 4096, RetainFor = TimeSpan.Zero,
    };

    private readonly Random _random;
    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, SentMessage> _sent = new(StringComparer.Ordinal);
    private readonly SendingDevice[] _devices;
    private readonly ModelSink[] _sinks;
    private readonly JournalObserver _observer;
    private LossyDisk _disk;
    private GatewayCore _core = null!;

    public GatewayLife(int seed)
    {
        _random = new Random(seed);
        _disk = new LossyDisk(seed);
        _devices = [.. new[] { "a", "b", "c" }.Select(id => new SendingDevice(id, _random))];
        _sinks = [new("Lines", keepsPlace: false, new Random(seed + 1)), new("Rows", keepsPlace: true, new Random(seed + 2))];
        _observer = new(_sent.GetValueOrDefault);
    }

    public LifeTally Tally { get; } = new();

    public void Dispose() => _directory.Dispose();

    public async Task RunAsync(int steps)
    {
        await StartAsync();
        for (; steps > 0; steps--)
        {
            await StepAsync();
            await TolerantAsync(() => _observer.Follow(_core.Journal));
            if (_disk.IsDead) await CutAsync();
        }

        await EndFaultsAsync();
        await SettleAsync();
        await SendAllAgainAsync();
        await SettleAsync();
        await _core.DisposeAsync();
        Assert.DoesNotContain(_disk.Files, file => file.StartsWith("/state/", StringComparison.Ordinal) && file.EndsWith(".damaged", StringComparison.Ordinal));
        Tally.Add(_observer, _sinks);
    }

    private async Task EndFaultsAsync()
    {
        do
        {
            if (_disk.IsDead) await RestartAsync();
            _disk.CutPowerAfter(int.MaxValue);
            _disk.FailingSyncs = 0;
        }
        while (_disk.IsDead);
    }

    private Task StepAsync() => _random.Next(30) switch
    {
        0 or 1 => CutAsync(),
        2 or 3 => Do(() => _disk.CutPowerAfter(_random.Next(40))),
        4 => RestartAsync(),
        5 or 6 => Do(() => _sinks[_random.Next(2)].GoAway()),
        7 or 8 => Do(() => _sinks[_random.Next(2)].ComeBack()),
        9 => Do(() => _disk.FailingSyncs = 1),
        10 => SettleAsync(),
        _ => SendAsync(cutMeanwhile: _random.Next(12) == 0),
    };

    /// <summary>Several messages under way at once: new ones, old ones again, the same one twice.</summary>
    private async Task SendAsync(bool cutMeanwhile)
    {
        var underWay = new List<(SentMessage Message, bool WasAcknowledged, Task<IngestResult> Answer)>();
        for (var left = 1 + _random.Next(8); left > 0; left--)
        {
            var message = Next();
            for (var copies = _random.Next(6) == 0 ? 2 : 1; copies > 0; copies--)
            {
                message.Sent++;
                underWay.Add((message, message.IsAcknowledged, _core.IngestAsync(message.Device, message.Payload)));
            }
        }

        if (cutMeanwhile) await CutAsync();
        foreach (var (message, wasAcknowledged, answer) in underWay) Hear(message, wasAcknowledged, await answer);
    }

    private SentMessage Next() => _sent.Count > 0 && _random.Next(4) == 0 ? _sent.Values.ElementAt(_random.Next(_sent.Count)) : New();

    private SentMessage New()
    {
        var message = _devices[_random.Next(_devices.Length)].Make();
        _sent.Add(message.Payload, message);
        return message;
    }

    private void Hear(SentMessage message, bool wasAcknowledged, IngestResult answer)
    {
        Tally.Answers[answer] = Tally.Answers.GetValueOrDefault(answer) + 1;
        if (answer is IngestResult.Full or IngestResult.Failed)
        {
            Assert.False(answer == IngestResult.Full && wasAcknowledged && message.Identity is not null, $"{message.Payload} is there, and was refused");
            return;
        }

        message.IsAcknowledged = true;
        Assert.Equal(message.Readings.Count == 0, answer == IngestResult.Refused);
        if (answer == IngestResult.Duplicate) return;

        message.Taken++;
        Assert.False(wasAcknowledged && message.Identity is not null, $"{message.Payload} was acknowledged and is stored again");
    }

    /// <summary>Until the gateway runs; the power may go while it recovers.</summary>
    private async Task StartAsync()
    {
        for (var tries = 100; ; tries--)
        {
            try
            {
                _core = await GatewayCore.StartAsync(_disk, _directory, _sinks, Small, Books(), Delivery());
                if (await TolerantAsync(() => _observer.Begin(_core.Journal))) CheckAcknowledged();
                return;
            }
            catch (IOException) when (_disk.IsDead)
            {
                Tally.CutsInRecovery++;
                Cut();
            }
            catch (IOException e) when (tries > 0 && e is DiskException or JournalUnusableException { InnerException: DiskException })
            {
                Tally.StartsRefused++; // a failed sync that was asked for: the service manager starts it again
            }
        }
    }

    /// <returns>False when the power went meanwhile; then a new gateway runs.</returns>
    private async Task<bool> TolerantAsync(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (IOException) when (_disk.IsDead)
        {
            await CutAsync();
            return false;
        }
        catch (DiskException)
        {
            return true; // a failed sync that was asked for: a checkpoint of the observer's less
        }
    }

    private async Task CutAsync()
    {
        Cut();
        await _core.DisposeAsync();
        await StartAsync();
    }

    private void Cut()
    {
        Tally.Cuts++;
        _disk = _disk.CutPower();
        if (_random.Next(4) == 0) _disk.CutPowerAfter(_random.Next(12));
    }

    private async Task RestartAsync()
    {
        await _core.DisposeAsync();
        if (_disk.IsDead) Cut();
        else Tally.Restarts++;
        await StartAsync();
    }

    /// <summary>Promise 1: what was acknowledged is on disk, once.</summary>
    private void CheckAcknowledged()
    {
        foreach (var message in _sent.Values.Where(message => message is { IsAcknowledged: true, Identity: not null }))
            Assert.True(_observer.IsJudged(message.Device, message.Identity!.Value), $"{message.Payload} was acknowledged and is lost");

        var records = _observer.Records.Values.Where(record => record.Message is not null).CountBy(record => record.Message!).ToDictionary();
        foreach (var message in _sent.Values) Assert.InRange(records.GetValueOrDefault(message), message.Taken, message.Sent);
    }

    private async Task SettleAsync()
    {
        foreach (var sink in _sinks) sink.ComeBack();
        await Eventually.TrueAsync(() => _disk.IsDead || _core.IsSettled, "everything is delivered");
        if (!await TolerantAsync(() => _observer.Follow(_core.Journal))) return;

        var letters = ExpectedBooks.Letters(_observer, _sinks).Count();
        await Eventually.TrueAsync(() => _disk.IsDead || _core.DeadLetters().Count >= letters, "what was refused is kept");
        if (_disk.IsDead) return;

        CheckAcknowledged();
        ExpectedBooks.Check(_observer, _core, _sinks);
        Tally.Comparisons++;
        await RoomAsync();
    }

    /// <summary>Promise 6: once all is delivered, messages are taken again, whatever was full.</summary>
    private async Task RoomAsync()
    {
        var message = New();
        await Eventually.TrueAsync(
            async () =>
            {
                if (_disk.IsDead || !await TolerantAsync(() => _observer.Follow(_core.Journal))) return true;

                message.Sent++;
                var answer = await _core.IngestAsync(message.Device, message.Payload);
                Hear(message, wasAcknowledged: false, answer);
                return answer != IngestResult.Full;
            },
            "there is room again");
    }

    private async Task SendAllAgainAsync()
    {
        foreach (var message in _sent.Values.Where(message => message is { IsAcknowledged: true, Identity: not null }))
        {
            message.Sent++;
            Assert.Equal(IngestResult.Duplicate, await _core.IngestAsync(message.Device, message.Payload));
        }
    }

    private DeliveryOptions Delivery() => new() { CheckpointEvery = TimeSpan.FromMilliseconds(_random.Next(4)), DrainFor = TimeSpan.Zero, RestartAfter = TimeSpan.FromMilliseconds(20) };

    private LedgerOptions Books() => new() { SnapshotRecords = 1 + _random.Next(40), SnapshotEvery = TimeSpan.FromMilliseconds(1 + _random.Next(30)) };

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
