using Microsoft.Data.Sqlite;

namespace Iot.Gateway.DeadLetters;

/// <summary>Adds dead letters, each once, and keeps the limits. One owner at a time.</summary>
internal sealed class DeadLetterWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly DeadLettersOptions _options;
    private readonly ILogger _logger;
    private bool _saidFull;
    private bool _saidOverflow;
    private long _newest;
    private long _waiting;

    public DeadLetterWriter(SqliteConnection connection, DeadLettersOptions options, ILogger logger)
    {
        _connection = connection;
        _options = options;
        _logger = logger;
        ReadState();
    }

    public ulong CollectedTo { get; private set; }

    public long Letters { get; private set; }

    /// <summary>Original bytes kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>False once older letters are in a file that was set aside.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>May be asked for while somebody writes.</summary>
    public DeadLetterFigures Figures => new(Letters, _options.MaxLetters, Bytes, _options.MaxBytes);

    /// <summary>With what the transaction under way has done; its schemas are another's to tell.</summary>
    public DeadLetterStand Stand => new(Volatile.Read(ref _newest), Volatile.Read(ref _waiting), Letters >= _options.MaxLetters, Schemas: 0);

    /// <param name="letters">To keep.</param>
    /// <param name="requeued">Delivered since: they are refused no more.</param>
    /// <param name="collectedTo">Null when not given by the collector.</param>
    /// <returns>Those that were not kept before.</returns>
    /// <exception cref="SqliteException">Nothing was kept.</exception>
    public IReadOnlyList<DeadLetter> Add(IReadOnlyList<DeadLetter> letters, IReadOnlyList<LetterKey> requeued, ulong? collectedTo) => InTransaction(() =>
    {
        var added = letters.Where(Add).ToList();
        foreach (var key in requeued) Settle(key, LetterState.Requeued);
        if (collectedTo > CollectedTo) CollectedTo = collectedTo.Value;
        return added;
    });

    /// <returns>How many waited for it; those dealt with before stay as they are.</returns>
    /// <exception cref="SqliteException">Nothing was changed.</exception>
    public int Settle(IReadOnlyList<LetterKey> letters, LetterState state) => InTransaction(() => letters.Sum(letter => Settle(letter, state)));

    /// <summary>Forgets letters dealt with that no sink can refuse a second time; the discarded stay in the counts.</summary>
    /// <param name="below">Oldest offset that the spool still holds.</param>
    /// <exception cref="SqliteException">Nothing was changed.</exception>
    public int Forget(ulong below) => InTransaction(() =>
    {
        _connection.Execute("""
            INSERT INTO overflow SELECT device, origin, reason, count(*), sum(readings) FROM letters WHERE state = 2 AND offset < $1 GROUP BY device, origin, reason
            ON CONFLICT DO UPDATE SET letters = letters + excluded.letters, readings = readings + excluded.readings
            """, checked((long)below));
        var gone = _connection.Execute("DELETE FROM letters WHERE state != 0 AND offset < $1", checked((long)below));
        _connection.Execute("DELETE FROM payloads WHERE offset < $1 AND offset NOT IN (SELECT offset FROM letters)", checked((long)below));
        Letters -= gone;
        return gone;
    });

    private T InTransaction<T>(Func<T> work)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            var done = work();
            _connection.Execute("UPDATE state SET collected_to = $1, letters = $2, bytes = $3", checked((long)CollectedTo), Letters, Bytes);
            transaction.Commit();
            return done;
        }
        catch (SqliteException)
        {
            ReadState(); // what we counted was undone
            throw;
        }
    }

    /// <summary>With its last letter the bytes of a message go.</summary>
    private int Settle(in LetterKey letter, LetterState state)
    {
        var offset = checked((long)letter.Offset);
        var settled = _connection.Execute("UPDATE letters SET state = $4 WHERE offset = $1 AND origin = $2 AND reading = $3 AND state = 0",
            offset, letter.Origin, letter.Index, (byte)state);
        Volatile.Write(ref _waiting, _waiting - settled);
        if (settled == 0 || _connection.Number("SELECT count(*) FROM letters WHERE offset = $1 AND state = 0", offset) > 0) return settled;

        Bytes -= _connection.Number("SELECT coalesce(sum(length(bytes)), 0) FROM payloads WHERE offset = $1", offset);
        _connection.Execute("UPDATE payloads SET bytes = x'' WHERE offset = $1", offset);
        return settled;
    }

    public void Dispose() => _connection.Dispose();

    private bool Add(DeadLetter letter)
    {
        if (Letters >= _options.MaxLetters)
        {
            return !IsKept(letter) && Count(letter);
        }

        var added = _connection.Execute("""
            INSERT INTO letters (offset, origin, reading, device, received_at_ns, reason, detail, format, epoch, seq, first, readings, schema)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING
            """,
            Offset(letter), letter.Origin, letter.Index, letter.Device.Value, letter.ReceivedAtNs, (byte)letter.Reason, letter.Detail,
            (byte)letter.Format, Signed(letter.Identity?.Epoch), Signed(letter.Identity?.Seq), Signed(letter.Identity?.First), letter.Readings, letter.Schema);
        if (added == 0) return false;

        Letters++;
        Volatile.Write(ref _waiting, _waiting + 1);
        Volatile.Write(ref _newest, _connection.Number("SELECT last_insert_rowid()"));
        KeepPayload(letter);
        return true;
    }

    private void KeepPayload(DeadLetter letter)
    {
        var kept = Math.Min(letter.Payload.Length, _options.MaxBytesPerMessage);
        if (Bytes + kept > _options.MaxBytes)
        {
            kept = 0;
            if (!_saidFull) _logger.PayloadLimitReached(_options.MaxBytes);
            _saidFull = true;
        }

        var added = _connection.Execute("INSERT INTO payloads VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            Offset(letter), letter.PayloadLength, letter.Payload[..kept].ToArray());
        if (added > 0) Bytes += kept;
    }

    private bool IsKept(DeadLetter letter) =>
        _connection.Number("SELECT count(*) FROM letters WHERE offset = $1 AND origin = $2 AND reading = $3", Offset(letter), letter.Origin, letter.Index) > 0;

    /// <summary>An origin's refusals come in the order of offsets, so a mark tells which were counted before.</summary>
    private bool Count(DeadLetter letter)
    {
        if (!_saidOverflow) _logger.LetterLimitReached(_options.MaxLetters);
        _saidOverflow = true;

        var counted = _connection.Execute("""
            INSERT INTO overflow_to VALUES ($1, $2, $3)
            ON CONFLICT DO UPDATE SET last_offset = excluded.last_offset, last_reading = excluded.last_reading
            WHERE (excluded.last_offset, excluded.last_reading) > (last_offset, last_reading)
            """, letter.Origin, Offset(letter), letter.Index);
        if (counted == 0) return false;

        _connection.Execute("""
            INSERT INTO overflow VALUES ($1, $2, $3, 1, $4)
            ON CONFLICT DO UPDATE SET letters = letters + 1, readings = readings + excluded.readings
            """, letter.Device.Value, letter.Origin, (byte)letter.Reason, letter.Readings);
        return true;
    }

    private void ReadState()
    {
        using var command = _connection.Command("SELECT collected_to, letters, bytes, complete FROM state");
        using var reader = command.ExecuteReader();
        if (!reader.Read()) throw new SqliteException("the table state is empty", 11);

        CollectedTo = (ulong)reader.GetInt64(0);
        Letters = reader.GetInt64(1);
        Bytes = reader.GetInt64(2);
        IsComplete = reader.GetBoolean(3);
        Volatile.Write(ref _newest, _connection.Number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'letters'"));
        Volatile.Write(ref _waiting, _connection.Number("SELECT count(*) FROM letters WHERE state = 0"));
    }

    private static long Offset(DeadLetter letter) => checked((long)letter.Offset);

    private static long? Signed(ulong? number) => unchecked((long?)number);
}
