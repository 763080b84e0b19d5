using Iot.Journal;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.DeadLetters;

/// <summary>The SQLite file: makes its tables, sees that it belongs to the journal, sets it aside when it cannot be used.</summary>
internal sealed class DeadLetterFile(string path)
{
    private const string ByHand =
        "Move it and its -wal file away by hand and keep them: a new one is made, and what the journal still holds is collected again.";

    private static readonly string[] Beside = ["", "-wal", "-shm"];
    private static readonly PosixDisk Disk = new();

    private static readonly SqliteFileKind Kind = new(
        DeadLetterSchema.ApplicationId, DeadLetterSchema.Version, ByHand, "What was refused waits in the journal.",
        found => new DeadLettersException(found.Path, found.Text, found.Remedy, found.Cause) { CanSetAside = found.IsLost });

    private readonly SqliteFile _file = new(path, Kind);

    /// <summary>For one writer: every commit is on disk when it returns.</summary>
    /// <param name="journal">See <see cref="DeadLetterStore.Open"/>.</param>
    /// <exception cref="DeadLettersException">Damaged or foreign; it is left as it is.</exception>
    public SqliteConnection Adopt(ulong journal) => _file.Open(connection =>
    {
        Create(connection);
        if (journal != 0) Belong(connection, unchecked((long)journal));
    });

    public SqliteConnection Connect(SqliteOpenMode mode) => _file.Connect(mode);

    public IOException Describe(SqliteException e) => _file.Describe(e);

    /// <summary>Renames the file and what SQLite keeps beside it; nothing that was set aside before is overwritten.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside()
    {
        var aside = Aside;
        for (var i = 2; File.Exists(aside); i++) aside = $"{Aside}.{i}";
        foreach (var suffix in Beside.Where(suffix => File.Exists(path + suffix))) Disk.Rename(path + suffix, aside + suffix);
        Disk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return aside;
    }

    private string Aside => path + ".damaged";

    private void Create(SqliteConnection connection)
    {
        var statements = connection.Number("PRAGMA user_version") switch
        {
            0 when File.Exists(Aside) => $"{DeadLetterSchema.Create} UPDATE state SET complete = 0;",
            0 => DeadLetterSchema.Create,
            1 => DeadLetterSchema.Upgrade,
            _ => "",
        };
        if (statements.Length > 0) connection.Execute($"BEGIN; {statements} COMMIT;");
    }

    private void Belong(SqliteConnection connection, long journal)
    {
        var collectedFrom = connection.Number("SELECT journal FROM state");
        if (collectedFrom == journal) return;
        if (collectedFrom != 0 && connection.Number("SELECT collected_to FROM state") > 0)
        {
            throw new DeadLettersException(path, "they were collected from another spool",
                "Put that spool back, or move the file and its -wal file away by hand and keep them: a new one is made.") { CanSetAside = true };
        }

        connection.Execute("UPDATE state SET journal = $1", journal);
    }
}
