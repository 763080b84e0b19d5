using Iot.Gateway.Ledger;
using Iot.Testing;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>Readings that never came, and the device said so.</summary>
public sealed class GivenUpTests : IDisposable
{
    private const ulong Epoch = 0xfeed;

    private readonly LossyDisk _disk = new(seed: 3);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_a_device_gave_up_is_summed_over_the_lives_of_its_outboxes_and_kept()
    {
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, []))
        {
            foreach (var (epoch, seq, given) in new[] { ("feed", 2, 7), ("feed", 1, 3), ("beef", 1, 5), ("feed", 3, 7), ("beef", 4, 9) })
                await core.IngestAsync("pump-7", $$"""[{"epoch":"000000000000{{epoch}}","seq":{{seq}},"first":{{seq}},"given":{{given}},"n":"t","v":1,"t":170000000{{seq}}}]""");

            Assert.Equal(16UL, (await core.SettledBooksAsync("pump-7")).GivenUp);
        }

        await using var again = await GatewayCore.StartAsync(_disk, _directory, []);
        var books = await again.SettledBooksAsync("pump-7");
        Assert.Equal(16UL, books.GivenUp);
        Assert.Equal([(0xbeefUL, 9UL), (Epoch, 7UL)], books.Epochs.Select(epoch => (epoch.Epoch, epoch.GivenUpReadings)));
    }

    [Fact]
    public void An_account_from_before_devices_said_what_they_gave_up_is_read()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("pump-7");
        writer.Write(5L);
        for (var i = 1L; i <= 5; i++) writer.Write(i);
        writer.Write(true);
        writer.Write(1);
        writer.Write(Epoch);
        writer.Write(8L);
        for (var i = 1L; i <= 5; i++) writer.Write(i);
        writer.Write(0);
        bytes.Position = 0;

        var account = AccountLayout.Read(new(bytes), tells: false);
        Assert.Equal((true, 0UL, 8L), (account.Provable, account.GivenUp, Assert.Single(account.Epochs.All).Batches));
        Assert.Equal(bytes.Length, bytes.Position);
    }
}
