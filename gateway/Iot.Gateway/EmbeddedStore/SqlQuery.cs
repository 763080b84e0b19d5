using System.Globalization;
using System.Runtime.CompilerServices;
using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>How much one statement may take.</summary>
/// <param name="MaxRows">An answer of more ends with a refusal behind them: it never looks whole. 1–100,000,000.</param>
internal sealed record SqlLimits(long MaxRows, TimeSpan TimeLimit);

/// <summary>A column of an answer.</summary>
/// <param name="Type">As DuckDB names it: <c>DOUBLE</c>, <c>VARCHAR</c> …</param>
internal sealed record SqlColumn(string Name, string Type)
{
    public bool IsNumber => Type is "DOUBLE" or "FLOAT" || Type.Contains("INT", StringComparison.Ordinal) || Type.StartsWith("DECIMAL", StringComparison.Ordinal);
}

/// <summary>One read-only statement on the store: nothing it says can write, attach, install, or touch another file.</summary>
/// <remarks>For the running gateway give it the open store's database, else one from <see cref="StoreDatabase.OpenToRead"/>.</remarks>
internal sealed class SqlQuery
{
    /// <summary>No column is called that: a column of the same name would be taken instead of the row.</summary>
    private const string WholeRow = "\"the whole row, not a column\"";

    private readonly StoreDatabase _database;
    private readonly SqlLimits _limits;
    private readonly TimeProvider _clock;
    private readonly string _sql;

    private SqlQuery(StoreDatabase database, string sql, SqlLimits limits, TimeProvider clock, IReadOnlyList<SqlColumn> columns)
    {
        _database = database;
        _sql = sql;
        _limits = limits;
        _clock = clock;
        Columns = columns;
    }

    public IReadOnlyList<SqlColumn> Columns { get; }

    /// <summary>Checks the statement and learns its columns; no row is read yet.</summary>
    /// <exception cref="SqlRefusedException">It is not one SELECT, uses what is not allowed, or does not fit the tables.</exception>
    public static async Task<SqlQuery> PrepareAsync(
        StoreDatabase database, string sql, SqlLimits limits, TimeProvider clock, CancellationToken cancellation)
    {
        var statement = sql.Trim().TrimEnd(';');
        if (statement.Length > SqlGuard.MaxLength) throw new SqlRefusedException($"The statement is longer than {SqlGuard.MaxLength} characters.");

        var columns = await Task.Run(() => Check(database, statement), cancellation);
        return new(database, statement, limits, clock, columns);
    }

    /// <summary>Rows with every value as DuckDB writes it, null for NULL: exact to the nanosecond and the last digit.</summary>
    /// <exception cref="SqlRefusedException">The database stopped it: out of memory, a cast that fails …</exception>
    /// <exception cref="TimeoutException">It took longer than allowed.</exception>
    public IAsyncEnumerable<string?[]> TextRowsAsync(CancellationToken cancellation) => Refusing(RowStream.ReadAsync(
        _database, connection => ReadOnly(connection, $"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({Limited})"),
        row =>
        {
            var values = new string?[row.FieldCount];
            for (var i = 0; i < values.Length; i++) values[i] = row.StringOrNull(i);
            return values;
        },
        _limits.TimeLimit, _clock, cancellation), cancellation);

    /// <summary>Rows as JSON objects.</summary>
    /// <inheritdoc cref="TextRowsAsync" path="/exception"/>
    public IAsyncEnumerable<string> JsonRowsAsync(CancellationToken cancellation) => Refusing(RowStream.ReadAsync(
        _database, connection => ReadOnly(connection, $"SELECT to_json({WholeRow})::VARCHAR FROM ({Limited}) AS {WholeRow}"),
        row => row.GetString(0), _limits.TimeLimit, _clock, cancellation), cancellation);

    /// <summary>Writes all rows into a Parquet file, zstd-compressed. The database allows no path outside its export directory.</summary>
    /// <returns>Rows written.</returns>
    /// <inheritdoc cref="TextRowsAsync" path="/exception"/>
    public async Task<long> WriteParquetAsync(string path, CancellationToken cancellation)
    {
        var copy = ParquetFile.Copy(Limited, path);
        try
        {
            var rows = await RowStream.ExecuteAsync(_database, connection => ReadOnly(connection, copy), _limits.TimeLimit, _clock, cancellation);
            return rows <= _limits.MaxRows ? rows : throw TooMany();
        }
        catch (DuckDBException e)
        {
            throw new SqlRefusedException(e.Message, e);
        }
    }

    /// <summary>One more than allowed tells that there are more.</summary>
    private string Limited => $"SELECT * FROM ({_sql}\n) LIMIT {(_limits.MaxRows + 1).ToString(CultureInfo.InvariantCulture)}";

    private SqlRefusedException TooMany() => new(string.Create(
        CultureInfo.InvariantCulture, $"It has more than {_limits.MaxRows:N0} rows, and nothing of it counts as whole: ask for less at a time, or take the archive."));

    private static DuckDBCommand ReadOnly(DuckDBConnection connection, string sql)
    {
        connection.Execute("BEGIN TRANSACTION READ ONLY");
        return connection.Command(sql);
    }

    private static List<SqlColumn> Check(StoreDatabase database, string sql)
    {
        try
        {
            using var connection = database.Connect();
            if (SqlGuard.WhyRefused(connection.Scalar<string>(SqlGuard.Parse, sql)) is { } why) throw new SqlRefusedException($"Refused: {why}.");

            using var command = ReadOnly(connection, $"DESCRIBE SELECT * FROM ({sql}\n)");
            using var reader = command.ExecuteReader();
            var columns = new List<SqlColumn>();
            while (reader.Read()) columns.Add(new(reader.GetString(0), reader.GetString(1)));
            return columns;
        }
        catch (DuckDBException e)
        {
            throw new SqlRefusedException(e.Message, e);
        }
    }

    private async IAsyncEnumerable<T> Refusing<T>(IAsyncEnumerable<T> rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var count = 0L;
        await foreach (var row in RowStream.Failing(rows, e => new SqlRefusedException(e.Message, e), cancellation))
            yield return ++count <= _limits.MaxRows ? row : throw TooMany();
    }
}
