using System.Globalization;
using System.Text;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Journal.Tests;

/// <summary>What a journal has promised, kept in memory beside the journal itself.</summary>
internal sealed class JournalModel(int seed)
{
    private static readonly string[] CursorNames = ["a", "b"];

    private readonly FakeTimeProvider _clock = new();
    private readonly HashSet<ulong> _acknowledged = [];
    private readonly Dictionary<ulong, string> _promised = []; // acknowledged, or seen by a reader
    private readonly Dictionary<ulong, HashSet<string>> _given = []; // all that an offset was ever given to
    private readonly List<(AppendTicket Ticket, string Payload)> _open = [];
    private readonly Dictionary<string, (ulong Least, ulong Most)> _checkpoints = [];
    private LossyDisk _disk = new(seed);
    private SegmentedJournal? _journal;
    private ulong _delivered; // at some time all cursors of that time had passed it
    private int _serial;

    private static JournalOptions Options { get; } = new()
    {
        SegmentBytes = 4096, MaxBytes = 40 << 10, ReserveBytes = 0, MaxRecordBytes = 1500, MaxPendingBytes = 4096,
        RetainFor = TimeSpan.FromMinutes(10),
    };

    private SegmentedJournal Journal => _journal ??= SegmentedJournal.Open("/journal", Options, _clock, _disk);

    public async Task RunAsync(IEnumerable<JournalStep> steps)
    {
        foreach (var step in steps) await DoAsync(step);

        await CutPowerAsync();
        await CheckAsync();
        await Journal.DisposeAsync();
    }

    private async Task DoAsync(JournalStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Append: await TolerantAsync(() => AppendAsync(step.Number)); break;
            case StepKind.AwaitDurable: await SettleAsync(); break;
            case StepKind.Checkpoint: await TolerantAsync(() => CheckpointAsync(step.Number)); break;
            case StepKind.Read: await TolerantAsync(CheckAsync); break;
            case StepKind.Reclaim: await TolerantAsync(() => AdvanceAsync(step.Number)); break;
            case StepKind.FailSyncs: _disk.FailingSyncs = 1 + step.Number % 3; break;
            case StepKind.FailWrite: _disk.FailingWrites = 1; break;
            case StepKind.FillDisk: _disk.CapacityBytes = 30_000 + step.Number; break;
            case StepKind.FreeDisk: _disk.CapacityBytes = long.MaxValue; break;
            case StepKind.CutSoon: _disk.CutPowerAfter(step.Number % 30); break;
            case StepKind.CutPower: await CutPowerAsync(); break;
            case StepKind.Restart: await RestartAsync(); break;
        }
    }

    /// <summary>A dead disk fails every call; then the power cut that was due happens.</summary>
    private async Task TolerantAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (IOException) when (_disk.IsDead)
        {
            await CutPowerAsync();
        }
        catch (Exception fault) when (fault is DiskException or JournalUnusableException)
        {
            // one that was asked for: what it costs is checked later
        }
    }

    private async Task AppendAsync(int number)
    {
        for (var i = 0; i < 1 + number % 7; i++)
        {
            var payload = string.Create(CultureInfo.InvariantCulture, $"{_serial++} ").PadRight(number % 1400, '.');
            var ticket = await Journal.AppendAsync(Encoding.UTF8.GetBytes(payload), default, CancellationToken.None);
            if (ticket.IsFull) return;

            if (!_given.TryGetValue(ticket.Offset, out var payloads)) _given[ticket.Offset] = payloads = [];
            payloads.Add(payload);
            _open.Add((ticket, payload));
        }
    }

    private async Task SettleAsync()
    {
        foreach (var (ticket, payload) in _open)
        {
            try
            {
                await ticket.Durable;
            }
            catch (IOException)
            {
                continue;
            }

            Assert.True(_acknowledged.Add(ticket.Offset), $"offset {ticket.Offset} was acknowledged twice");
            _promised[ticket.Offset] = payload;
        }

        _open.Clear();
    }

    private Task CheckpointAsync(int number)
    {
        var name = CursorNames[number % CursorNames.Length];
        if (!_checkpoints.TryGetValue(name, out var known)) known = (0, 0);
        var cursor = Journal.OpenCursor(name, startAt: 0);
        Assert.InRange(cursor.Offset, known.Least, known.Most);

        var next = cursor.Offset + (ulong)number % (Journal.NextOffset - cursor.Offset + 1);
        if (next == cursor.Offset) return Task.CompletedTask; // which writes nothing

        _checkpoints[name] = (cursor.Offset, Math.Max(known.Most, next)); // until one has returned it may be any of them
        _delivered = Math.Max(_delivered, _checkpoints.Values.Min(checkpoint => checkpoint.Most));
        cursor.Checkpoint(next);
        _checkpoints[name] = (next, next);
        return Task.CompletedTask;
    }

    private Task AdvanceAsync(int number)
    {
        _clock.Advance(TimeSpan.FromMinutes(number % 15));
        Journal.Reclaim();
        return Task.CompletedTask;
    }

    private async Task RestartAsync()
    {
        if (_journal is not null) await _journal.DisposeAsync();
        await SettleAsync();
        _journal = null;
        if (_disk.IsDead) await CutPowerAsync();
    }

    private async Task CutPowerAsync()
    {
        var survivor = _disk.CutPower();
        if (_journal is not null) await _journal.DisposeAsync();
        await SettleAsync();
        (_disk, _journal) = (survivor, null);
    }

    /// <summary>All that was acknowledged and not delivered is there, in order, once, as it was given.</summary>
    private async Task CheckAsync()
    {
        await SettleAsync();
        var found = new Dictionary<ulong, string>();
        using var reader = Journal.OpenReader(0);
        while (reader.TryRead(out var record)) Check(record, found);

        Assert.Empty(Journal.Recovery.SetAside);
        foreach (var (offset, payload) in _promised)
        {
            if (found.TryGetValue(offset, out var read)) Assert.Equal(payload, read);
            else Assert.True(offset < _delivered && offset < Journal.FirstOffset, $"offset {offset} of {Journal} is lost");
        }
    }

    private void Check(JournalRecord record, Dictionary<ulong, string> found)
    {
        var payload = Encoding.UTF8.GetString(record.Payload.Span);
        Assert.Contains(payload, _given[record.Offset]);
        Assert.True(found.Count == 0 || record.Offset > found.Keys.Max(), "records come in order, once");
        found.Add(record.Offset, payload);
        _promised.TryAdd(record.Offset, payload); // who has read it may rely on it
    }
}
