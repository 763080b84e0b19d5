using Iot.Gateway.Backups;
using Iot.Gateway.Tests.Reconciliation;
using Iot.Testing;

namespace Iot.Gateway.Tests.Backups;

/// <summary>Whatever byte of a backup is another one: it is refused in words, or it was none that matters.</summary>
public sealed class BackupBytesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_byte_is_refused_in_words_unless_it_is_none_that_matters()
    {
        var whole = await WholeAsync();
        var random = new Random(42);
        var refused = 0;
        for (var round = 0; round < 500; round++)
        {
            var changed = whole.ToArray();
            changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            if (await IsRefusedAsync(changed)) refused++;
        }

        Assert.InRange(refused, 250, 500); // the others fell on what only fills up to the next header
    }

    [Fact]
    public async Task Bytes_of_something_else_are_refused_in_words()
    {
        var random = new Random(42);
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(5000)];
            random.NextBytes(bytes);
            Assert.True(await IsRefusedAsync(bytes));
        }
    }

    private static async Task<byte[]> WholeAsync()
    {
        using var directory = new TempDirectory();
        await using var gateway = await CountedGateway.StartAsync(directory);
        await gateway.IngestAsync("pump-7", 1, 2000);
        await gateway.SettledAsync();
        using var backup = new MemoryStream();
        await gateway.Part<BackupDesk>().WriteAsync(backup, Stop);
        Assert.False(await IsRefusedAsync(backup.ToArray()));
        return backup.ToArray();
    }

    private static async Task<bool> IsRefusedAsync(byte[] bytes)
    {
        try
        {
            await BackupReader.ReadAsync(new MemoryStream(bytes), to: null, Stop);
            return false;
        }
        catch (InvalidDataException e)
        {
            Assert.True(e.Message.Length > 40, e.Message);
            return true;
        }
    }
}
