namespace Iot.Wire.Tests;

public class ReadingBatchTests
{
    [Fact]
    public void Texts_stay_where_they_are_while_the_batch_grows()
    {
        var batch = new ReadingBatch();
        var ranges = Enumerable.Range(0, 5000).Select(i => batch.AddText($"text{i}€")).ToArray();

        for (var i = 0; i < ranges.Length; i++) Assert.Equal($"text{i}€", batch.Text(ranges[i]));
    }

    [Fact]
    public void Readings_are_kept_in_order_and_can_be_replaced()
    {
        var batch = new ReadingBatch();
        for (var i = 0; i < 1000; i++) batch.Add(new() { TimeNs = i });
        batch.Replace(500, new() { TimeNs = -1 });

        Assert.Equal(1000, batch.Count);
        Assert.Equal([499L, -1, 501], batch.Readings[499..502].ToArray().Select(r => r.TimeNs));
        Assert.Throws<IndexOutOfRangeException>(() => batch.Replace(1000, default));
    }

    [Fact]
    public void Clearing_forgets_all()
    {
        var batch = new ReadingBatch { Device = Packs.Pump, Identity = new(1, 1, 0) };
        batch.Add(new() { Field = batch.AddText("x") });

        batch.Clear();

        Assert.Equal((0, default, null), (batch.Count, batch.Device, batch.Identity));
        Assert.Equal(0, batch.AddText("y").Start);
    }

    [Fact]
    public void Reserved_room_is_kept_as_far_as_it_was_used()
    {
        var batch = new ReadingBatch();
        var room = batch.ReserveText(100_000);
        Assert.InRange(room.Length, 100_000, int.MaxValue);
        "abc"u8.CopyTo(room);

        Assert.Equal("abc", batch.Text(batch.CommitText(3)));
        Assert.Equal(3, batch.AddText("d").Start);
    }
}
