using System.Globalization;
using System.Text;
using Iot.Testing;
using Iot.Wire;

namespace Iot.EdgeAgent.Tests;

/// <summary>A real mosquitto_sub that hears all devices, and what it heard.</summary>
/// <remarks>
/// At QoS 0, so that mosquitto writes to it before it sends the PUBACK; and no client library in between, which might throw
/// away what it has read when the connection ends. It connects again by itself.
/// </remarks>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly RealProcess _subscriber;
    private readonly string[] _broker;

    private Recorder(RealProcess subscriber, string[] broker) => (_subscriber, _broker) = (subscriber, broker);

    /// <summary>Every batch, in the order of arrival, repetitions too.</summary>
    public IReadOnlyList<RecordedBatch> Arrived => [.. Messages(TopicKind.Telemetry)
        .Select(message => new RecordedBatch(message.Device, Decode(message.Device, message.Payload).Identity!.Value, message.Payload))];

    public int Distinct => Arrived.DistinctBy(batch => batch.Key).Count();

    public int Devices => Arrived.DistinctBy(batch => batch.Device).Count();

    /// <summary>Birth, last will and farewell messages.</summary>
    public IReadOnlyList<string> States => [.. Messages(TopicKind.Status).Select(message => Encoding.UTF8.GetString(message.Payload))];

    /// <summary>Batches that came under the identity of another; none, if all is well.</summary>
    public int Contradictions => Arrived.GroupBy(batch => batch.Key)
        .Count(same => same.DistinctBy(batch => Convert.ToHexString(batch.Payload)).Skip(1).Any());

    public static async Task<Recorder> StartAsync(int port)
    {
        string[] broker = ["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture)];
        var subscriber = RealProcess.Start(
            "stdbuf", // line by line: into a pipe mosquitto_sub writes what it says of itself only with the next message
            ["-oL", "mosquitto_sub", "-d", .. broker, "-t", "v1/devices/#", "-F", "%t %x"]);
        var recorder = new Recorder(subscriber, broker);
        await recorder.SubscribedAsync(times: 1);
        return recorder;
    }

    /// <summary>Once it has subscribed so many times: a broker that came back is heard again.</summary>
    public Task SubscribedAsync(int times) => Eventually.TrueAsync(
        () => _subscriber.Output.Split('\n').Count(line => line.StartsWith("Subscribed", StringComparison.Ordinal)) >= times,
        "the recorder listens");

    /// <summary>Until it has heard all that the broker has acknowledged so far: a word that comes after that is heard.</summary>
    public async Task CaughtUpAsync()
    {
        var word = Guid.NewGuid().ToString();
        Assert.Equal(0, (await RealProcess.RunAsync("mosquitto_pub", [.. _broker, "-t", "v1/devices/recorder/word", "-m", word])).ExitCode);
        var heard = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(word));
        await Eventually.TrueAsync(() => _subscriber.Output.Contains(heard, StringComparison.OrdinalIgnoreCase), "the recorder has caught up");
    }

    /// <summary>For each epoch the numbers that are missing below the highest.</summary>
    public IReadOnlyList<string> Gaps() => [.. Arrived.GroupBy(batch => (batch.Device, batch.Identity.Epoch)).SelectMany(epoch =>
    {
        var seqs = epoch.Select(batch => batch.Identity.Seq).ToHashSet();
        return Enumerable.Range(1, (int)seqs.Max())
            .Where(seq => !seqs.Contains((ulong)seq))
            .Select(seq => string.Create(CultureInfo.InvariantCulture, $"{epoch.Key.Device} {epoch.Key.Epoch:x16} lacks {seq} of {seqs.Max()}"));
    })];

    public static ReadingBatch Decode(DeviceId device, ReadOnlySpan<byte> payload)
    {
        using var unpacker = new PayloadUnpacker(1 << 20);
        Assert.True(unpacker.TryUnpack(payload, out var plain, out var damage), damage.ToString());
        var batch = new ReadingBatch();
        Assert.True(SenMlCborDecoder.TryDecode(plain, new(device, 0, 10_000), batch, out var why), why.ToString());
        return batch;
    }

    public ValueTask DisposeAsync() => _subscriber.DisposeAsync();

    private IEnumerable<(DeviceId Device, byte[] Payload)> Messages(TopicKind wanted)
    {
        foreach (var line in _subscriber.Output.Split('\n'))
        {
            var words = line.Split(' ');
            if (words.Length == 2 && Topics.TryParse(words[0], out var device, out var kind) && kind == wanted)
                yield return (device, Convert.FromHexString(words[1]));
        }
    }
}

internal sealed record RecordedBatch(DeviceId Device, BatchIdentity Identity, byte[] Payload)
{
    public (DeviceId Device, ulong Epoch, ulong Seq) Key => (Device, Identity.Epoch, Identity.Seq);
}
