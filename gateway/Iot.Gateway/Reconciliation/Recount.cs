using System.Text;
using DuckDB.NET.Data;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.Ledger;
using Iot.Gateway.Spooling;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Reconciliation;

/// <summary>Counts the journal once more, from its bytes and by a reader of its own: each accepted reading, with series, time and offset.</summary>
/// <remarks>Can be called on to read what was appended since. Not thread-safe.</remarks>
internal sealed class Recount : IDisposable
{
    private const int CheckEvery = 1024;

    private readonly SegmentedJournal _journal;
    private readonly ScratchDatabase _scratch;
    private readonly MessageDecoder _decoder;
    private readonly SpooledMessage _forAll;
    private SpooledMessage _message;
    private readonly ReconcileQuestion _question;
    private readonly JournalReader _reader;
    private readonly RecountedSeries _series;
    private readonly DeviceTally _tally;
    private readonly MissingOffsets _missing = new();
    private readonly List<ulong> _unreadable = [];
    private ulong _end;

    /// <param name="tally">Takes how many readings each device has.</param>
    public Recount(
        SegmentedJournal journal, ScratchDatabase scratch, MessageDecoder decoder, ReconcileQuestion question, DeviceTally tally,
        int seriesInMemory)
    {
        (_journal, _scratch, _decoder, _question, _tally) = (journal, scratch, decoder, question, tally);
        _message = _forAll = new(decoder);
        _series = new(seriesInMemory);
        First = journal.FirstOffset;
        _reader = journal.OpenReader(First);
        _scratch.Execute("""
            CREATE TABLE keys (key INTEGER, device VARCHAR, measurement VARCHAR, field VARCHAR, tags VARCHAR);
            CREATE TABLE readings (key INTEGER, time BIGINT, journal_offset UBIGINT, reading INTEGER);
            CREATE TABLE messages (journal_offset UBIGINT, epoch UBIGINT, seq UBIGINT);
            CREATE TABLE for_one (journal_offset UBIGINT, sink VARCHAR);
            """);
    }

    /// <summary>The lowest offset that it speaks of: what came before is gone from the journal.</summary>
    public ulong First { get; private set; }

    /// <summary>How far a reading's time may lie ahead of its receipt.</summary>
    public required TimeSpan ClockLead { get; init; }

    /// <summary>Every reading of a later time is in the journal, whenever it arrived; null: so is every reading there ever was.</summary>
    public long? ProofFromNs { get; private set; }

    /// <summary>One past the last record read.</summary>
    public ulong Next => _end;

    /// <summary>Rows in <c>readings</c>.</summary>
    public long Rows { get; private set; }

    public long OldestNs { get; private set; } = long.MaxValue;

    public long NewestNs { get; private set; } = long.MinValue;

    public MissingOffsets Missing => _missing;

    public IReadOnlyList<ulong> Unreadable => _unreadable;

    /// <summary>Reads to where the journal ends now.</summary>
    /// <exception cref="IOException">The disk could not be read, or has no room for the count.</exception>
    public void ReadOn(Action<double> progress, CancellationToken cancellation)
    {
        _end = _journal.NextOffset;
        var (start, length) = (_reader.Position, Math.Max(1.0, _end - _reader.Position));
        using var keys = _scratch.Appender("keys");
        using var readings = _scratch.Appender("readings");
        using var messages = _scratch.Appender("messages");
        for (var read = 0L; _reader.Position < _end && _reader.TryRead(out var record); read++)
        {
            Take(record, keys, readings, messages);
            if (read % CheckEvery != 0) continue;

            cancellation.ThrowIfCancellationRequested();
            _scratch.EnsureRoom();
            progress((record.Offset - start) / length);
        }

        _missing.EndsAt(_reader.Position, _end);
        keys.Close();
        readings.Close();
        messages.Close();
    }

    public void Dispose() => _reader.Dispose();

    private void Take(in JournalRecord record, DuckDBAppender keys, DuckDBAppender readings, DuckDBAppender messages)
    {
        try
        {
            var head = SpoolRecord.Read(record.Payload.Span);
            NoteBegin(record, head.ReceivedAtNs);
            if (_question.Device is { } only && head.DeviceId != only) return;

            _tally.Add(record.Offset, head.DeviceId, BooksEntry.Of(head).Accepted);
            Address(record.Offset, head);
            if (!_message.TryOpen(record)) return;

            if (AddReadings(keys, readings)) messages.CreateRow().AppendValue(record.Offset).AppendValue(head.Identity?.Epoch).AppendValue(head.Identity?.Seq).EndRow();
        }
        catch (InvalidDataException)
        {
            if (_unreadable.Count < ReconcileQuestion.MostNamed) _unreadable.Add(record.Offset); // a finding, named in the report
        }
    }

    /// <summary>What was requeued to one sink is expected there alone.</summary>
    private void Address(ulong offset, in SpoolRecord head)
    {
        _message = _forAll;
        if (head.Verdict != Verdict.Requeued || RequeuedFrom.Read(head.From).Sink is not { } sink) return;

        _message = new(_decoder, sink); // few: somebody asked for each
        _scratch.Execute("INSERT INTO for_one VALUES ($1, $2)", offset, sink);
    }

    /// <summary>What retention took while we read is not missing: then the count begins behind it.</summary>
    private void NoteBegin(in JournalRecord record, long receivedNs)
    {
        if (record.MissingBefore > 0 && record.Offset <= _journal.FirstOffset) First = record.Offset;
        else if (record.MissingBefore > 0) _missing.Add(record.Offset - record.MissingBefore, record.Offset - 1);

        if (record.Offset == First && First > 0) ProofFromNs = receivedNs + (ClockLead.Ticks * TimeSpan.NanosecondsPerTick);
    }

    private bool AddReadings(DuckDBAppender keys, DuckDBAppender rows)
    {
        var before = Rows;
        Span<byte> device = stackalloc byte[DeviceId.MaxLength];
        device = device[..Encoding.ASCII.GetBytes(_message.Device.Value, device)];
        var readings = _message.Batch.Readings;
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            if (!_message.IsAccepted(i) || reading.TimeNs < _question.FromNs || reading.TimeNs >= _question.ToNs) continue;

            if (reading.Kind != ReadingKind.None) Add(keys, rows, device, i, []);
            if (reading.HasSum) Add(keys, rows, device, i, "_sum"u8);
        }

        return Rows > before;
    }

    private void Add(DuckDBAppender keys, DuckDBAppender rows, ReadOnlySpan<byte> device, int index, ReadOnlySpan<byte> suffix)
    {
        ref readonly var reading = ref _message.Batch.Readings[index];
        var number = _series.NumberOf(_message, device, reading, suffix, out var learned);
        if (learned is not null)
            keys.CreateRow().AppendValue(number).AppendValue(learned.Device).AppendValue(learned.Measurement).AppendValue(learned.Field).AppendValue(learned.Tags).EndRow();

        rows.CreateRow().AppendValue(number).AppendValue(reading.TimeNs).AppendValue(_message.Offset).AppendValue(index).EndRow();
        Rows++;
        OldestNs = Math.Min(OldestNs, reading.TimeNs);
        NewestNs = Math.Max(NewestNs, reading.TimeNs);
    }
}
