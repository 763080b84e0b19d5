using Iot.Gateway.Deduplication;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Deduplication;

public class DigestWindowTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DigestWindow _window;

    public DigestWindowTests() => _window = new(new() { MaxDigests = 3 }, _clock);

    [Fact]
    public void A_message_is_seen_once_it_is_on_disk_and_for_ten_minutes()
    {
        lock (_window.Lock)
        {
            var digest = Digest("a", "x", 1);
            _window.BeginInFlight(digest, Task.CompletedTask);
            Assert.False(_window.HasSeen(digest));
            Assert.True(_window.TryGetInFlight(Digest("a", "x", 1), out _));

            _window.Complete(digest);
            Assert.False(_window.TryGetInFlight(digest, out _));
            _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
            Assert.True(_window.HasSeen(digest));

            _clock.Advance(TimeSpan.FromTicks(1));
            Assert.False(_window.HasSeen(digest));
            Assert.Equal(0, _window.Count);
        }
    }

    [Fact]
    public void A_message_whose_append_failed_is_new_again()
    {
        lock (_window.Lock)
        {
            _window.BeginInFlight(Digest("a", "x", 1), Task.CompletedTask);
            _window.Abandon(Digest("a", "x", 1));

            Assert.False(_window.HasSeen(Digest("a", "x", 1)));
            Assert.False(_window.TryGetInFlight(Digest("a", "x", 1), out _));
        }
    }

    [Fact]
    public void The_oldest_go_when_there_are_too_many()
    {
        lock (_window.Lock)
        {
            for (var i = 0; i < 5; i++) _window.Remember(Digest("a", $"{i}", 1));
            _window.Remember(Digest("a", "4", 1));

            Assert.Equal(3, _window.Count);
            Assert.Equal([false, false, true, true, true], Enumerable.Range(0, 5).Select(i => _window.HasSeen(Digest("a", $"{i}", 1))));
        }
    }

    [Fact]
    public void Another_device_other_bytes_or_other_times_make_another_message()
    {
        var digest = Digest("a", "x", 1, 2);

        Assert.Equal(digest, Digest("a", "x", 1, 2));
        Assert.NotEqual(digest, Digest("b", "x", 1, 2));
        Assert.NotEqual(digest, Digest("a", "y", 1, 2));
        Assert.NotEqual(digest, Digest("a", "x", 1, 3));
        Assert.NotEqual(digest, Digest("a", "x", 2, 1));
    }

    private static PayloadDigest Digest(string device, string payload, params long[] times)
    {
        var batch = new ReadingBatch { Device = DeviceId.Parse(device) };
        foreach (var time in times) batch.Add(new() { TimeNs = time });
        return PayloadDigest.Of(batch, System.Text.Encoding.UTF8.GetBytes(payload));
    }
}
