using Iot.EdgeAgent.Batching;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent;

/// <summary>Some of a device's readings on their way to the disk: a batcher and an outbox, with caps and a policy of their own.</summary>
internal sealed class DeviceStream : IAsyncDisposable
{
    private readonly OutboxOptions _options;

    private DeviceStream(string name, Batcher batcher, Outbox outbox, OutboxOptions options) =>
        (Name, Batcher, Outbox, First, _options) = (name, batcher, outbox, outbox.Stored, options);

    /// <summary>Empty for that of the sensors that name none.</summary>
    public string Name { get; }

    public Batcher Batcher { get; }

    public Outbox Outbox { get; }

    /// <summary>Offset of the first batch that is stored after it was opened.</summary>
    public ulong First { get; }

    /// <summary>All streams that are configured, the nameless one first, and those of earlier configurations that still hold batches.</summary>
    /// <param name="notOpened">Called for a stream of an earlier configuration whose outbox cannot be opened: the others go on without it.</param>
    /// <exception cref="IOException">The outbox of a configured stream cannot be opened; none is open then.</exception>
    public static async Task<IReadOnlyList<DeviceStream>> OpenAllAsync(
        string directory, Func<string, string, OutboxOptions, DeviceStream> open, OutboxOptions options, Action<IOException, string> notOpened)
    {
        var streams = new List<DeviceStream>();
        try
        {
            streams.Add(open("", directory, options));
            foreach (var (name, own) in options.Streams) streams.Add(open(name, PathOf(directory, name), options.Of(own)));
            foreach (var name in Left(directory, options)) await AddLeftAsync(streams, () => open(name, PathOf(directory, name), options.Of(new())), e => notOpened(e, name));
            return streams;
        }
        catch
        {
            foreach (var stream in streams) await stream.DisposeAsync();
            throw;
        }
    }

    public static DeviceStream Open(
        string name, string directory, OutboxOptions options, BatchingOptions batching, DeviceId device, Signal grown, TimeProvider clock, ILogger logger,
        Timekeeper? time = null) =>
        new(name, new(batching, clock), Outbox.Open(directory, device, options, clock, logger, grown: grown, time: time), options);

    /// <summary>Until the batcher is completed and all it held is stored.</summary>
    public Task StoreAsync(Pulse pulse, Func<bool> isConnected, TimeProvider clock, Signal changed)
    {
        var thinner = _options.Policy == OutboxPolicy.ThinOut ? new Thinner(clock) : null;
        return new StoringLoop(Batcher, Outbox, pulse, thinner, isConnected, changed).RunAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Batcher.Dispose();
        await Outbox.DisposeAsync();
    }

    private static string PathOf(string directory, string name) => Path.Combine(directory, "streams", name.ToLowerInvariant());

    private static IEnumerable<string> Left(string directory, OutboxOptions options)
    {
        var all = Path.Combine(directory, "streams");
        return !Directory.Exists(all) ? [] : Directory.EnumerateDirectories(all)
            .Select(path => Path.GetFileName(path)!)
            .Where(name => !options.Streams.ContainsKey(name))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>When it still holds batches.</summary>
    private static async Task AddLeftAsync(List<DeviceStream> streams, Func<DeviceStream> open, Action<IOException> notOpened)
    {
        try
        {
            var stream = open();
            if (stream.Outbox.Waiting > 0) streams.Add(stream);
            else await stream.DisposeAsync();
        }
        catch (IOException e)
        {
            notOpened(e);
        }
    }
}
