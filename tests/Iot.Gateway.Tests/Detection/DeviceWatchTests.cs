using System.Text;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Habits;
using Iot.Wire;

namespace Iot.Gateway.Tests.Detection;

/// <summary>What habits cost, and what a whole fleet does that must raise nothing.</summary>
public sealed class DeviceWatchTests
{
    [Fact]
    public void Devices_and_series_keep_within_their_bounds_and_the_one_silent_longest_goes_first()
    {
        var gateway = new SimulatedGateway(new() { Devices = 100, SeriesPerDevice = 3, Series = 120 });
        var faithful = gateway.Device("faithful");
        for (var i = 0; i < 1000; i++)
        {
            gateway.Run(faithful, 3);
            gateway.Run(gateway.Device($"stranger-{i}"), 3);
            Assert.InRange(gateway.Watch.Devices, 1, 100);
            Assert.InRange(gateway.Watch.Series, 1, 120);
        }

        gateway.Run(faithful, 600);
        for (var i = 0; i < 700; i++) faithful.Measure(gateway.NowNs);
        faithful.SendAll(gateway.NowNs);

        gateway.Findings.Only(SecurityEventKind.UnusualRate); // its habit was not lost
    }

    [Fact]
    public void A_message_costs_no_memory()
    {
        var watch = new DeviceWatch(_ => { }, new());
        var batch = Batch(fields: 10);
        long Spent(int messages)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < messages; i++)
            {
                batch.Identity = new(0xfeed, (ulong)i + 1, 0);
                watch.Saw(batch, i * 20L * SimulatedDevice.SecondNs, 1000, takesValues: true); // each time its values are looked at, too
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Spent(1000);

        Assert.Equal(0, Spent(10_000));
    }

    [Fact]
    public void The_memory_of_a_device_and_its_series_is_what_the_documentation_says()
    {
        const int Devices = 4000;
        var watch = new DeviceWatch(_ => { }, new() { Series = 1_000_000 });
        var batch = Batch(fields: 16);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Devices; i++)
        {
            batch.Device = DeviceId.Parse($"pump-{i}");
            for (var second = 0; second < 8; second++) watch.Saw(batch, second * 20L * SimulatedDevice.SecondNs, 1000, takesValues: true);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Devices;
        Assert.Equal(16 * Devices, watch.Series);
        Assert.InRange(each, 16 * 150, 1280 + (16 * 256)); // its name and tables that grew included
    }

    /// <summary>Days of a fleet: links that break, an outage of the gateway with what follows it, devices that are flashed.</summary>
    [Fact]
    public void A_normal_fleet_raises_nothing()
    {
        var gateway = new SimulatedGateway();
        var random = new Random(3);
        var fleet = Enumerable.Range(0, 20).Select(i => gateway.Device($"pump-{i}")).ToList();
        for (var minute = 0; minute < 8 * 60; minute++)
        {
            var isDown = minute is > 120 and < 180 or > 300 and < 303;
            foreach (var device in fleet)
            {
                for (var i = 0; i < 10; i++) device.Measure(gateway.NowNs, j => 20 + j + random.NextDouble());
                if (isDown || random.Next(50) == 0) continue; // its link is broken for a minute

                if (random.Next(20) == 0) device.Send(gateway.NowNs, isAcknowledged: false);
                if (minute % 90 == 89) (device.Epoch, device.Seq) = ((ulong)random.NextInt64() | 1, 0);
                for (var i = 0; i < 400 && device.Waiting > 0; i++) device.Send(gateway.NowNs);
            }

            gateway.Wait(60);
        }

        Assert.Empty(gateway.Findings.All);
    }

    [Fact]
    public async Task Many_threads_at_once_lose_nothing()
    {
        var watch = new DeviceWatch(_ => { }, new() { Devices = 50, Series = 100 });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 20_000; i++)
            {
                var device = new SimulatedDevice(watch, $"pump-{random.Next(200)}") { Seq = (ulong)i };
                device.Measure(i * SimulatedDevice.SecondNs);
                device.SendAll(i * SimulatedDevice.SecondNs);
            }
        })));

        Assert.InRange(watch.Devices, 1, 50);
        Assert.InRange(watch.Series, 0, 100);
    }

    private static ReadingBatch Batch(int fields)
    {
        var batch = new ReadingBatch { Device = DeviceId.Parse("pump-7") };
        for (var i = 0; i < 10 * fields; i++)
            batch.Add(new() { Field = batch.AddText(Encoding.ASCII.GetBytes($"v{i % fields}")), TimeNs = i, Number = i, Kind = ReadingKind.Float });
        return batch;
    }
}
