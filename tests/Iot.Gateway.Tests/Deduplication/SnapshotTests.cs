using System.Diagnostics;
using CsCheck;
using Iot.Gateway.Deduplication;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Tests.Deduplication;

public class SnapshotTests
{
    private static readonly Gen<(int Device, ulong Epoch, ulong Seq, ulong First)[]> Batches =
        Gen.Select(Gen.Int[0, 20], Gen.ULong[1, 12], Gen.OneOf(Gen.ULong[1, 60], Gen.ULong[1, ulong.MaxValue]), Gen.ULong[0, 10]).Array[0, 300];

    private const string Zero = "0000000000000000";
    private const string DeviceD1 = "0264310001";
    private const string EpochTen = "0A00000000000000" + Zero + Zero + Zero + "01000000" + "0100000000000000" + "0300000000000000" + Zero + Zero;

    [Fact]
    public void What_was_written_is_read() => Batches.Sample(
        batches =>
        {
            var written = new Deduplicator(new() { MaxIntervalsPerDevice = 16, MaxDevices = 15 });
            foreach (var (device, epoch, seq, first) in batches) Receive(written, $"d{device}", epoch, seq, first);

            var read = new Deduplicator(new() { MaxIntervalsPerDevice = 16, MaxDevices = 15 });
            SnapshotReader.Read(read, new MemoryStream(Bytes(written)), "s");

            Assert.Equal(Show(written), Show(read));
            Assert.Equal((written.Devices, written.ForgottenDevices, written.BeginningLost), (read.Devices, read.ForgottenDevices, read.BeginningLost));
            Assert.Equal(Bytes(written).Length, Bytes(read).Length);
        },
        iter: 300);

    [Fact]
    public void Under_a_smaller_limit_of_devices_the_rest_is_forgotten_and_the_snapshot_is_no_damaged_one()
    {
        var written = new Deduplicator(new());
        for (var i = 0; i < 20; i++) Receive(written, $"d{i}", 1, 1, 1);

        var read = new Deduplicator(new() { MaxDevices = 15 });
        SnapshotReader.Read(read, new MemoryStream(Bytes(written)), "s");

        Assert.Equal((15, 5), (read.Devices, read.ForgottenDevices));
    }

    [Fact]
    public void What_is_remembered_twice_changes_nothing() => Batches.Sample(
        batches =>
        {
            var deduplicator = new Deduplicator(new());
            foreach (var (device, epoch, seq, _) in batches) Receive(deduplicator, $"d{device}", epoch % 8, seq, 0);
            var once = Show(deduplicator);
            foreach (var (device, epoch, seq, _) in batches) Receive(deduplicator, $"d{device}", epoch % 8, seq, 0);

            Assert.Equal(once, Show(deduplicator));
        },
        iter: 300);

    [Fact]
    public void Any_flipped_bit_and_any_cut_is_noticed_and_leaves_nothing_half_read()
    {
        var bytes = Bytes(Small());
        for (var i = 0; i < bytes.Length; i++)
        {
            var at = i;
            Damaged([.. bytes.Select((b, j) => j == at ? (byte)(b ^ 1 << at % 8) : b)]);
            Damaged(bytes[..at]);
        }

        Assert.Contains("behind its end", Damaged([.. bytes, 0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_named_with_path_and_position()
    {
        var bytes = Bytes(Small());
        bytes[40] ^= 1;

        var damage = Damaged(bytes);

        Assert.Equal(("path", 28), (damage.Path, damage.Position));
        Assert.Equal("Snapshot 'path' is damaged at byte 28: the block's checksum is wrong.", damage.Message);
    }

    [Theory]
    [InlineData("stands twice in it", DeviceD1 + EpochTen + DeviceD1 + EpochTen)]
    [InlineData("an epoch of a device stands twice in it", "0264310002" + EpochTen + EpochTen)]
    [InlineData("intervals are not in order", DeviceD1 + "0A00000000000000" + Zero + Zero + Zero + "01000000" + Zero + "0100000000000000" + Zero + Zero)]
    public void What_the_writer_never_writes_is_damage_even_under_a_good_checksum(string finding, string devices)
    {
        var block = Convert.FromHexString(devices);
        var count = BitConverter.GetBytes((ulong)block.AsSpan().Count("\u0002d1"u8));
        byte[] bytes =
        [
            .. Bytes(new(new()))[..28],
            .. BitConverter.GetBytes(block.Length), .. BitConverter.GetBytes(Crc32C.Of(block)), .. block,
            0, 0, 0, 0, .. BitConverter.GetBytes(Crc32C.Of(count)), .. count,
        ];

        Assert.Contains(finding, Damaged(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bytes_are_those_of_the_description()
    {
        Assert.Equal(
            "494F54534551530A" + "02000000" + "00000000" + "0000000000000000" + "6AE79522"
            + "69000000" + "B1E89FCB"
            + "02" + "6431" + "00" + "01"
            + "0A00000000000000" + "0200000000000000" + "0000000000000000" + "0000000000000000" + "02000000"
            + "0100000000000000" + "0300000000000000" + "E803000000000000" + "B80B000000000000"
            + "0500000000000000" + "0500000000000000" + "A00F000000000000" + "8813000000000000"
            + "00000000" + "ADCF14C5" + "0100000000000000",
            Convert.ToHexString(Bytes(Small())));
    }

    /// <summary>The bytes that version 1 wrote for the same marks.</summary>
    [Fact]
    public void A_snapshot_from_before_gaps_had_times_is_read()
    {
        var read = new Deduplicator(new());
        SnapshotReader.Read(read, new MemoryStream(Convert.FromHexString(
            "494F54534551530A" + "01000000" + "00000000" + "0000000000000000" + "99876D31"
            + "49000000" + "D9921E49"
            + "02" + "6431" + "00" + "01"
            + "0A00000000000000" + "0200000000000000" + "0000000000000000" + "0000000000000000" + "02000000"
            + "0100000000000000" + "0300000000000000" + "0500000000000000" + "0500000000000000"
            + "00000000" + "ADCF14C5" + "0100000000000000")), "s");

        var history = Assert.Single(read.Histories);
        lock (history.Lock) Assert.Equal([new SequenceGap(10, 4, 4, GivenUp: false, Held: true)], history.Gaps());
    }

    [Fact]
    public void A_hundred_thousand_devices_take_well_under_a_second()
    {
        var written = new Deduplicator(new());
        for (var i = 0; i < 100_000; i++) Receive(written, $"device-{i:D6}", 1, 1, 1);

        var started = Stopwatch.GetTimestamp();
        var bytes = Bytes(written);
        var wrote = Stopwatch.GetElapsedTime(started);
        var read = new Deduplicator(new());
        started = Stopwatch.GetTimestamp();
        SnapshotReader.Read(read, new MemoryStream(bytes), "s");
        var took = Stopwatch.GetElapsedTime(started);

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes.Length} bytes, written in {wrote.TotalMilliseconds:F0} ms, read in {took.TotalMilliseconds:F0} ms");
        Assert.Equal(100_000, read.Devices);
        Assert.InRange((wrote + took).TotalSeconds, 0, 5); // ten times what it takes, for a busy machine
    }

    private static Deduplicator Small()
    {
        var deduplicator = new Deduplicator(new());
        foreach (var seq in new ulong[] { 1, 2, 3, 5 }) Receive(deduplicator, "d1", 10, seq, 2, new((long)Math.Max(1, seq - 1) * 1000, (long)Math.Max(2, seq) * 1000));
        return deduplicator;
    }

    private static DamagedSnapshotException Damaged(byte[] bytes)
    {
        var into = new Deduplicator(new());
        var damage = Assert.Throws<DamagedSnapshotException>(() => SnapshotReader.Read(into, new MemoryStream(bytes), "path"));
        Assert.Equal(0, into.Devices);
        return damage;
    }

    private static byte[] Bytes(Deduplicator deduplicator)
    {
        var stream = new MemoryStream();
        SnapshotWriter.Write(deduplicator, stream);
        return stream.ToArray();
    }

    private static void Receive(Deduplicator deduplicator, string device, ulong epoch, ulong seq, ulong first, BatchSpan span = default)
    {
        var history = deduplicator.Of(DeviceId.Parse(device));
        lock (history.Lock)
        {
            history.NoteFirst(epoch, first);
            history.Remember(epoch, seq, span);
        }
    }

    private static string Show(Deduplicator deduplicator) => string.Join('\n', deduplicator.Histories
        .OrderBy(history => history.Device)
        .Select(history => $"{history.Device} {history.BeginningLost}: " + string.Join("; ", history.Epochs
            .OrderBy(epoch => epoch.Epoch)
            .Select(epoch => $"{epoch.Epoch} {epoch.First} {epoch.ForgottenThrough} {epoch.ForgottenMissing} {string.Join(' ', epoch.Seen.Intervals.ToArray())}"))));
}
