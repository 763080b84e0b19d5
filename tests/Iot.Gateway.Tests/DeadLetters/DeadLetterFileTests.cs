using Iot.Gateway.DeadLetters;
using Iot.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using static Iot.Gateway.Tests.DeadLetters.DeadLetterStoreTests;

namespace Iot.Gateway.Tests.DeadLetters;

/// <summary>The file of the dead letters: taken over, or set aside and kept.</summary>
public sealed class DeadLetterFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory["dead-letters.db"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_restart_knows_how_far_it_came()
    {
        using (var before = Open()) await before.AddAsync([Letter(41, 0)], 42, TestContext.Current.CancellationToken);

        using var after = Open();

        Assert.Equal(42UL, after.CollectedTo);
        Assert.Equal(41UL, Assert.Single(after.List(new())).Letter.Offset);
    }

    [Fact]
    public async Task Letters_of_another_spool_are_set_aside_and_kept()
    {
        using (var before = Open(journal: 5)) await before.AddAsync([Letter(41, 0)], 42, TestContext.Current.CancellationToken);

        using (var other = Open(journal: 6))
        {
            Assert.Equal((0UL, false), (other.CollectedTo, other.IsComplete));
            Assert.Empty(other.List(new()));
        }

        File.Move(Path + ".damaged", Path, overwrite: true); // that spool was put back, and its letters with it
        using var same = Open(journal: 5);
        Assert.Equal(42UL, same.CollectedTo);
    }

    [Fact]
    public async Task A_file_of_the_first_version_is_taken_over()
    {
        using (var before = Open()) await before.AddAsync([Letter(41, 0)], 42, TestContext.Current.CancellationToken);
        using (var old = new SqliteConnection($"Data Source={Path};Pooling=false"))
        {
            old.Open();
            old.Execute("ALTER TABLE letters DROP COLUMN schema; ALTER TABLE letters DROP COLUMN state; ALTER TABLE state DROP COLUMN complete; PRAGMA user_version = 1;");
        }

        using var after = Open();
        Assert.Equal((42UL, true), (after.CollectedTo, after.IsComplete));
        Assert.Equal(LetterState.Kept, Assert.Single(after.List(new())).State);
    }

    [Fact]
    public void A_file_of_anything_else_is_set_aside_and_kept()
    {
        const string content = "this is not a database, and it is longer than a header of SQLite would be, which has one hundred bytes, or a few more";
        for (var time = 1; time <= 2; time++)
        {
            File.WriteAllText(Path, content);
            using var store = Open();
            Assert.False(store.IsComplete);
        }

        Assert.Equal(content, File.ReadAllText(Path + ".damaged"));
        Assert.Equal(content, File.ReadAllText(Path + ".damaged.2"));
    }

    [Fact]
    public void A_SQLite_file_of_somebody_else_is_left_alone()
    {
        using (var other = new SqliteConnection($"Data Source={Path};Pooling=false"))
        {
            other.Open();
            other.Execute("CREATE TABLE letters (a)");
        }

        Assert.Contains("somebody else", Assert.Throws<DeadLettersException>(() => Open()).Message);
    }

    private DeadLetterStore Open(ulong journal = 0) => DeadLetterStore.Open(Path, new(), NullLogger<DeadLetterStore>.Instance, journal);
}
