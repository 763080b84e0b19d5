using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.Testing;
using Iot.Wire;

namespace Iot.EdgeAgent.Tests.Timekeeping;

/// <summary>A machine whose clocks a test sets: the truth, what its wall clock says instead, and when it was switched on. Its disk is real.</summary>
internal sealed class TestMachine : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);
    public static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private Guid _boot = Guid.CreateVersion7(Start);
    private DateTimeOffset _bootedAt = Start;
    private Timekeeper? _keeper;
    private Outbox? _outbox;
    private Rebaser? _rebaser;

    public DateTimeOffset Truth { get; private set; } = Start;

    /// <summary>Wall clock minus truth.</summary>
    public TimeSpan WallIsOff { get; set; }

    public TimeSource Vouched { get; set; } = TimeSource.None;

    public TimeOptions Options { get; } = new();

    public LineLogger Log { get; } = new();

    public string NotesPath => _directory["time"];

    public Timekeeper Keeper => _keeper ??= NewKeeper();

    public Rebaser Rebaser => _rebaser ??= new(Device, PayloadCompression.Zstd, Keeper, Log);

    private Outbox Outbox => _outbox ??= Outbox.Open(_directory["outbox"], Device, new() { ReserveBytes = 0 }, TimeProvider.System, Log, time: Keeper);

    public void Pass(TimeSpan time) => Truth += time;

    public void SetWall(DateTimeOffset time) => WallIsOff = time - Truth;

    /// <summary>chrony, say, has set the clock.</summary>
    public void Synchronise()
    {
        (Vouched, WallIsOff) = (TimeSource.Kernel, TimeSpan.Zero);
        Keeper.Look();
    }

    /// <summary>The gateway told in the middle of the round trip that ends now.</summary>
    public void Hear(TimeSpan roundTrip) => Keeper.Heard(Truth - roundTrip / 2, roundTrip);

    public async Task RecordForAsync(TimeSpan time, TimeSpan every)
    {
        for (var end = Truth + time; Truth < end; Pass(every)) await RecordAsync();
    }

    /// <summary>kill -9, and the agent is started again at once.</summary>
    public async Task KillAsync(bool closes = false)
    {
        if (closes) Keeper.Close();
        if (_outbox is not null) await _outbox.DisposeAsync();
        _rebaser?.Dispose();
        _keeper?.Dispose();
        (_outbox, _rebaser, _keeper) = (null, null, null);
    }

    /// <summary>Power lost for a while.</summary>
    public async Task RebootAsync(TimeSpan off, bool closes = false)
    {
        await KillAsync(closes);
        Pass(off);
        (_boot, _bootedAt) = (Guid.CreateVersion7(Truth), Truth);
        Pass(TimeSpan.FromSeconds(20));
    }

    /// <summary>One reading, whose value is the true time, in a batch of its own.</summary>
    public async Task RecordAsync()
    {
        var stamp = Keeper.Stamp();
        var batch = new ReadingBatch { Clock = stamp.Clock };
        batch.Add(new()
        {
            Measurement = batch.AddText("env"u8), Field = batch.AddText("t"u8), Unit = batch.AddText("s"u8),
            TimeNs = stamp.TimeNs, Number = (Truth - Start).TotalSeconds, Sum = double.NaN, Kind = ReadingKind.Float,
        });
        Assert.True(await Outbox.StoreAsync(batch, TestContext.Current.CancellationToken));
    }

    /// <summary>What would be sent now, from the oldest on: up to the first whose time is not known.</summary>
    public List<byte[]> Payloads()
    {
        _ = Outbox;
        var payloads = new List<byte[]>();
        using var reader = Outbox.OpenReader(Outbox.Published);
        while (reader.TryRead(out var record) && Rebaser.Payload(record.Payload.Span) is { } payload) payloads.Add(payload);
        return payloads;
    }

    public List<SentReading> Sent() => [.. Payloads().Select(Read)];

    public static SentReading Read(byte[] payload)
    {
        using var decoder = new PayloadDecoder(1 << 20);
        var batch = new ReadingBatch();
        Assert.True(decoder.TryDecode(payload, new(Device, 0, 100), batch, out var why), why.ToString());
        var reading = Assert.Single(batch.Readings.ToArray());
        return new(reading.TimeNs, Start.AddSeconds(reading.Number), batch.Clock?.State, batch.Clock?.Skew ?? double.NaN, batch.Identity!.Value.Seq);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _directory.Dispose();
    }

    private Timekeeper NewKeeper() => new(
        new(_boot, () => Ns(Truth - _bootedAt), () => MachineClocks.ToNs(Truth + WallIsOff), () => Vouched), Options, TimeNotes.Open(_directory.Path, Log), Log);

    private static long Ns(TimeSpan time) => time.Ticks * 100;
}

/// <summary>A reading on its way, and when it was really taken.</summary>
internal sealed record SentReading(long TimeNs, DateTimeOffset Truth, ClockState? Clock, double Skew, ulong Seq)
{
    public TimeSpan WrongBy => DateTimeOffset.UnixEpoch.AddTicks(TimeNs / 100) - Truth;
}
