using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using Iot.Wire;

namespace Iot.LoadTest.Devices;

/// <summary>All devices of a run.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    public const string Prefix = "load-";

    private const int ConnectingAtOnce = 64;

    private readonly ConcurrentBag<MessageWriter> _writers = [];

    public Fleet(LoadPlan plan)
    {
        Plan = plan;
        Devices = [.. Enumerable.Range(0, plan.Connections).Select(index => new Device(this, index))];
    }

    public LoadPlan Plan { get; }

    public Tally Tally { get; } = new();

    public IReadOnlyList<Device> Devices { get; }

    public Task ConnectAsync(int port) => Parallel.ForEachAsync(
        Devices, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, async (device, _) => await device.ConnectAsync(port));

    /// <summary>Every device publishes for <paramref name="duration"/>; returns once all that was sent is answered.</summary>
    public Task RunAsync(TimeSpan duration) => Plan.Rate > 0
        ? Task.WhenAll(Devices.Select((device, index) => new PacedLoad(Plan, device, index).RunAsync(duration)))
        : Task.WhenAll(Devices.Select(device => Task.Run(() => RunAsync(device, duration))));

    /// <summary>Every device publishes <paramref name="messages"/> as fast as they are acknowledged; returns once all are.</summary>
    public Task SendAsync(int messages) => Task.WhenAll(Devices.Select(device => Task.Run(() => SendAsync(device, messages))));

    public MessageWriter RentWriter() => _writers.TryTake(out var writer) ? writer : new(Plan);

    public void Return(MessageWriter writer) => _writers.Add(writer);

    public async ValueTask DisposeAsync()
    {
        foreach (var device in Devices) await device.DisposeAsync();
        foreach (var writer in _writers) writer.Dispose();
    }

    private async Task SendAsync(Device device, int messages)
    {
        for (var left = messages; left > 0 || device.InFlight > 0; await device.ReceiveAsync())
        {
            var next = Math.Min(left, Plan.Window - device.InFlight);
            await device.SendAsync(next);
            left -= next;
        }
    }

    /// <summary>As fast as acknowledged: the window is filled up each time some of it is answered.</summary>
    private async Task RunAsync(Device device, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            await device.SendAsync(Plan.Window - device.InFlight);
            if (Plan.Qos > 0) await device.ReceiveAsync();
        }

        while (device.InFlight > 0) await device.ReceiveAsync();
    }
}

/// <summary>A payload writer with the buffers it writes into.</summary>
internal sealed class MessageWriter(LoadPlan plan) : IDisposable
{
    private readonly PayloadWriter _writer = new(plan);
    private readonly PayloadPacker _packer = new(plan.Compression);
    private readonly ArrayBufferWriter<byte> _plain = new(8 * 1024);
    private readonly ArrayBufferWriter<byte> _packed = new(8 * 1024);

    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(in DeviceId device, ulong epoch, ulong seq)
    {
        _plain.ResetWrittenCount();
        _writer.Write(device, epoch, seq, _plain);
        if (plan.Compression == PayloadCompression.None) return _plain.WrittenSpan;

        _packed.ResetWrittenCount();
        _packer.Pack(_plain.WrittenSpan, _packed);
        return _packed.WrittenSpan;
    }

    public void Dispose() => _packer.Dispose();
}
