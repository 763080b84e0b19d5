using Microsoft.Data.Sqlite;

namespace Iot.Gateway.DeadLetters;

/// <summary>What was refused, why, and the bytes: a SQLite file. Thread-safe; one at a time writes, readers beside it.</summary>
/// <remarks>Adding a dead letter twice changes nothing, so a collector that was interrupted simply starts again.</remarks>
internal sealed class DeadLetterStore : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly DeadLetterFile _file;
    private readonly DeadLetterWriter _writer;

    private DeadLetterStore(DeadLetterFile file, DeadLetterWriter writer)
    {
        _file = file;
        _writer = writer;
    }

    /// <summary>The next journal offset whose refusals are not collected yet.</summary>
    public ulong CollectedTo => _writer.CollectedTo;

    public DeadLetterFigures Figures => _writer.Figures;

    /// <summary>Opens the file, or makes a new one. One that is damaged, or of another journal, is set aside, and a new one made.</summary>
    /// <param name="journal">Identity of the journal whose offsets name the messages; 0, for tests, is not compared.</param>
    /// <exception cref="DeadLettersException">It cannot be used all the same; it is left as it is.</exception>
    public static DeadLetterStore Open(string path, DeadLettersOptions options, ILogger<DeadLetterStore> logger, ulong journal = 0)
    {
        var file = new DeadLetterFile(path);
        var connection = Adopt(file, journal, logger);
        try
        {
            var writer = new DeadLetterWriter(connection, options, logger);
            logger.DeadLettersOpened(path, writer.Letters, writer.Bytes, writer.CollectedTo);
            return new(file, writer);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw file.Describe(e);
        }
    }

    /// <summary>False once older letters are in a file that was set aside: the books know of more than <see cref="Counts"/> tells.</summary>
    public bool IsComplete => _writer.IsComplete;

    /// <summary>Keeps them in one transaction that is on disk when this returns.</summary>
    /// <param name="letters">Adding one twice changes nothing.</param>
    /// <param name="requeued">Letters delivered since, given by the collector.</param>
    /// <param name="collectedTo">Given by the collector: moves <see cref="CollectedTo"/> in the same transaction.</param>
    /// <returns>Those that were not kept before.</returns>
    /// <exception cref="DeadLettersException">None was kept, and the offset did not move: try again.</exception>
    public Task<IReadOnlyList<DeadLetter>> AddAsync(
        IReadOnlyList<DeadLetter> letters, IReadOnlyList<LetterKey> requeued, ulong? collectedTo, CancellationToken cancellation) =>
        WriteAsync(writer => writer.Add(letters, requeued, collectedTo), cancellation);

    /// <inheritdoc cref="AddAsync(IReadOnlyList{DeadLetter}, IReadOnlyList{LetterKey}, ulong?, CancellationToken)"/>
    public Task<IReadOnlyList<DeadLetter>> AddAsync(IReadOnlyList<DeadLetter> letters, ulong? collectedTo, CancellationToken cancellation) =>
        AddAsync(letters, [], collectedTo, cancellation);

    /// <inheritdoc cref="AddAsync(IReadOnlyList{DeadLetter}, IReadOnlyList{LetterKey}, ulong?, CancellationToken)"/>
    public Task<IReadOnlyList<DeadLetter>> AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellation) => AddAsync(letters, null, cancellation);

    /// <summary>They are dealt with; on disk when this returns.</summary>
    /// <returns>How many waited for it; those dealt with before stay as they are.</returns>
    /// <exception cref="DeadLettersException">Nothing was changed: try again.</exception>
    public Task<int> SettleAsync(IReadOnlyList<LetterKey> letters, LetterState state, CancellationToken cancellation) =>
        WriteAsync(writer => writer.Settle(letters, state), cancellation);

    /// <inheritdoc cref="DeadLetterWriter.Forget"/>
    public Task<int> ForgetAsync(ulong below, CancellationToken cancellation) => WriteAsync(writer => writer.Forget(below), cancellation);

    private static SqliteConnection Adopt(DeadLetterFile file, ulong journal, ILogger logger)
    {
        try
        {
            return file.Adopt(journal);
        }
        catch (DeadLettersException e) when (e.CanSetAside)
        {
            logger.SetAside(e, file.SetAside());
            return file.Adopt(journal);
        }
    }

    /// <summary>Newest first, without their bytes.</summary>
    /// <exception cref="DeadLettersException">The file cannot be read.</exception>
    public IReadOnlyList<KeptDeadLetter> List(DeadLetterFilter filter) => Read(connection => DeadLetterReader.List(connection, filter));

    /// <summary>Those that the filter means, counted by reason.</summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public IReadOnlyList<DeadLetterGroup> Groups(DeadLetterFilter filter) => Read(connection => DeadLetterReader.Groups(connection, filter));

    /// <summary>Cheap: asked once a second while somebody looks.</summary>
    public DeadLetterStand Stand => _writer.Stand;

    /// <summary>One with its bytes; null when there is none of that id.</summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public KeptDeadLetter? Get(long id) => Read(connection => DeadLetterReader.Get(connection, id));

    /// <summary>By device, origin and reason; add them up for anything coarser.</summary>
    /// <inheritdoc cref="List" path="/exception"/>
    public IReadOnlyList<DeadLetterCount> Counts() => Read(DeadLetterReader.Counts);

    public void Dispose()
    {
        _writer.Dispose();
        _writing.Dispose();
    }

    private async Task<T> WriteAsync<T>(Func<DeadLetterWriter, T> work, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => work(_writer), CancellationToken.None); // once begun it ends, well or badly
        }
        catch (SqliteException e)
        {
            throw _file.Describe(e);
        }
        finally
        {
            _writing.Release();
        }
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = _file.Connect(SqliteOpenMode.ReadOnly);
            return read(connection);
        }
        catch (SqliteException e)
        {
            throw _file.Describe(e);
        }
    }
}
