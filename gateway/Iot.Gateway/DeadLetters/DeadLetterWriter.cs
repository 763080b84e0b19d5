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

    /// <returns>Those that were not kept before.</returns>
    /// <exception cref="SqliteException">Nothing was kept.</exception>
    public IReadOnlyList<DeadLetter> Add(IReadOnlyList<DeadLetter> letters, ulong? collectedTo)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            var added = letters.Where(Add).ToList();
            if (collectedTo > CollectedTo) CollectedTo = collectedTo.Value;
            _connection.Execute("UPDATE state SET collected_to = $1, letters = $2, bytes = $3", checked((long)CollectedTo), Letters, Bytes);
            transaction.Commit();
            return added;
        }
        catch (SqliteException)
        {
            ReadState(); // what we counted was undone
            throw;
        }
    }

    public void Dispose() => _connection.Dispose();

    private bool Add(DeadLetter letter)
    {
        if (Letters >= _options.MaxLetters)
        {
            return !IsKept(letter) && Count(letter);
        }

        var added = _connection.Execute("""
            INSERT INTO letters (offset, origin, reading, device, received_at_ns, reason, detail, format, epoch, seq, first, readings)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING
            """,
            Offset(letter), letter.Origin, letter.Index, letter.Device.Value, letter.ReceivedAtNs, (byte)letter.Reason, letter.Detail,
            (byte)letter.Format, Signed(letter.Identity?.Epoch), Signed(letter.Identity?.Seq), Signed(letter.Identity?.First), letter.Readings);
        if (added == 0) return false;

        Letters++;
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
            Offset(letter), letter.Payload.Length, letter.Payload[..kept].ToArray());
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
        using var command = _connection.Command("SELECT collected_to, letters, bytes FROM state");
        using var reader = command.ExecuteReader();
        if (!reader.Read()) throw new SqliteException("the table state is empty", 11);

        CollectedTo = (ulong)reader.GetInt64(0);
        Letters = reader.GetInt64(1);
        Bytes = reader.GetInt64(2);
    }

    private static long Offset(DeadLetter letter) => checked((long)letter.Offset);

    private static long? Signed(ulong? number) => unchecked((long?)number);
}
