using System.IO.Pipes;
using System.Runtime.InteropServices;
using Iot.EdgeAgent.Sensors.Gpio;
using Iot.Journal;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Win32.SafeHandles;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>Events come by a pipe, byte for byte as the kernel gives them on the handle of a line.</summary>
public sealed class PulseCounterTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private readonly PulsesOptions _options = new() { PerUnit = 1000, Unit = "kWh", Start = 12, RatePer = TimeSpan.FromHours(1), RateUnit = "kW" };
    private AnonymousPipeServerStream _kernel = new(PipeDirection.Out);
    private uint _number;

    public void Dispose()
    {
        _kernel.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Pulses_become_a_total_and_a_rate()
    {
        using var meter = Meter();
        Assert.Equal(["pulses/water.total=12 kWh"], KernelTree.Sample(meter));

        Pulse(25);
        _clock.Advance(TimeSpan.FromSeconds(36)); // a hundredth of an hour
        Assert.Equal(["pulses/water.total=12.025 kWh", "pulses/water.rate=2.5 kW"], KernelTree.Sample(meter));

        _clock.Advance(TimeSpan.FromSeconds(36));
        Assert.Equal(["pulses/water.total=12.025 kWh", "pulses/water.rate=0 kW"], KernelTree.Sample(meter));
    }

    [Fact]
    public void Pulses_that_the_kernel_could_not_keep_are_counted_by_their_numbers()
    {
        using var meter = Meter();
        _number = 5000; // the first that is left of 5,001
        Pulse(1);

        Assert.Equal("pulses/water.total=17.001 kWh", KernelTree.Sample(meter)[0]);
    }

    [Fact]
    public void The_total_outlives_the_agent_and_is_written_no_more_often_than_allowed()
    {
        var path = PulseTotal.PathOf(_directory.Path, "water");
        using (var meter = Meter())
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.False(File.Exists(path)); // a minute has not gone by
                Pulse(10);
                KernelTree.Sample(meter);
                _clock.Advance(TimeSpan.FromSeconds(30));
            }

            Assert.Equal("30", File.ReadAllText(path).Trim());
            Pulse(5);
        }

        Assert.Equal("35", File.ReadAllText(path).Trim());
        Reconnect();
        using var next = Meter();
        Pulse(1);
        Assert.Equal("pulses/water.total=12.036 kWh", KernelTree.Sample(next)[0]);
    }

    [Fact]
    public void A_count_that_cannot_be_read_is_not_begun_anew_unseen()
    {
        var path = PulseTotal.PathOf(_directory.Path, "water");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "12\0\0");
        using var meter = Meter();

        Assert.Contains("holds no count of pulses", Assert.Throws<IOException>(() => KernelTree.Sample(meter)).Message, StringComparison.Ordinal);
        Assert.Equal("12\0\0", File.ReadAllText(path));
    }

    [Fact]
    public async Task When_the_chip_is_gone_the_line_is_taken_anew_and_the_total_goes_on()
    {
        using var meter = Meter();
        Pulse(3);
        KernelTree.Sample(meter);
        _kernel.Dispose();
        await Eventually.TrueAsync(() => Record.Exception(() => KernelTree.Sample(meter)) is IOException, "the chip is gone"); // a program that another test starts has a copy of the pipe for a moment

        Reconnect();
        Pulse(2);
        Assert.Equal(["pulses/water.total=12.005 kWh"], KernelTree.Sample(meter));
    }

    [Fact]
    public void A_chip_without_interrupts_cannot_count()
    {
        using var meter = new PulseCounterSensor("water", _options, () => new(Handle(), "gpiochip3 line 4", hasEdges: false), Total(), _clock, _log);
        Assert.Contains("gpiochip3 line 4: its chip has no interrupts", Assert.Throws<IOException>(() => KernelTree.Sample(meter)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("water", "pulses/water.count"), InlineData("a/../b", "pulses/a%2F..%2Fb.count")]
    public void A_sensors_name_is_no_path(string sensor, string file) => Assert.Equal(file, PulseTotal.PathOf("", sensor));

    /// <summary>The layout of include/uapi/linux/gpio.h, as a C compiler has it.</summary>
    [Fact]
    public void A_request_has_the_kernels_layout()
    {
        var bytes = new GpioRequest(ActiveLow: true, GpioBias.PullUp, TimeSpan.FromMilliseconds(5), Rising: true, Falling: false).ToBytes(17, 1024);

        Assert.Equal(592, bytes.Length);
        Assert.Equal(17u, MemoryMarshal.Read<uint>(bytes));
        Assert.Equal("iot-edge-agent"u8, bytes.AsSpan(256, 14));
        Assert.Equal(0x116UL, MemoryMarshal.Read<ulong>(bytes.AsSpan(288))); // active low, input, rising, pull-up
        Assert.Equal((1u, 3u, 5000u, 1UL), (MemoryMarshal.Read<uint>(bytes.AsSpan(296)), MemoryMarshal.Read<uint>(bytes.AsSpan(320)), MemoryMarshal.Read<uint>(bytes.AsSpan(328)), MemoryMarshal.Read<ulong>(bytes.AsSpan(336))));
        Assert.Equal((1u, 1024u), (MemoryMarshal.Read<uint>(bytes.AsSpan(560)), MemoryMarshal.Read<uint>(bytes.AsSpan(564))));
    }

    [Fact]
    public void Changes_of_an_input_come_with_the_time_they_happened()
    {
        using var line = new GpioLine(Handle(), "line", hasEdges: true);
        Event(atNs: 5_000_000_000, rising: true, number: 1);
        Event(atNs: 5_100_000_000, rising: false, number: 2);
        var edges = new List<GpioEdge>();
        line.Fetch(edges);

        Assert.Equal([new(5_000_000_000, true, 1), new(5_100_000_000, false, 2)], edges);
        line.Fetch(edges);
        Assert.Empty(edges); // and it did not wait for more
    }

    private PulseCounterSensor Meter() => new("water", _options, () => new(Handle(), "line", hasEdges: true), Total(), _clock, _log);

    private PulseTotal Total() => new(PulseTotal.PathOf(_directory.Path, "water"), TimeSpan.FromMinutes(1), isKept: true, new PosixDisk(), _clock);

    private SafeFileHandle Handle() => new(_kernel.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);

    private void Reconnect()
    {
        _kernel = new(PipeDirection.Out);
        _number = 0;
    }

    private void Pulse(int pulses)
    {
        for (var i = 0; i < pulses; i++) Event(atNs: 1, rising: true, ++_number);
    }

    private void Event(long atNs, bool rising, uint number)
    {
        var bytes = new byte[48];
        MemoryMarshal.Write(bytes, atNs);
        MemoryMarshal.Write(bytes.AsSpan(8), rising ? 1u : 2u);
        MemoryMarshal.Write(bytes.AsSpan(20), number);
        _kernel.Write(bytes);
    }
}
