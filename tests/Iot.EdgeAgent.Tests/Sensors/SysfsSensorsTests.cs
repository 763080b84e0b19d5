using Iot.EdgeAgent.Sensors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Tests.Sensors;

public sealed class SysfsSensorsTests : IDisposable
{
    private readonly KernelTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Chips_are_named_by_chip_and_label_and_measured_in_plain_units()
    {
        _tree.Write("sys/class/hwmon/hwmon0/name", "coretemp\n");
        _tree.Write("sys/class/hwmon/hwmon0/temp1_input", "45500\n");
        _tree.Write("sys/class/hwmon/hwmon0/temp1_label", "Package id 0\n");
        _tree.Write("sys/class/hwmon/hwmon0/temp1_max", "80000\n");
        _tree.Write("sys/class/hwmon/hwmon1/name", "nct6775\n");
        _tree.Write("sys/class/hwmon/hwmon1/fan2_input", "1200\n");
        _tree.Write("sys/class/hwmon/hwmon1/in0_input", "1088\n");
        _tree.Write("sys/class/hwmon/hwmon1/power1_input", "12500000\n");
        using var hwmon = new HwmonSensor(_tree.Sys, NullLogger.Instance);

        Assert.True(hwmon.IsPresent);
        Assert.Equal(
            ["temperature/coretemp.Package_id_0=45.5 Cel", "fan/nct6775.fan2=1200 1/min", "voltage/nct6775.in0=1.088 V", "power/nct6775.power1=12.5 W"],
            KernelTree.Sample(hwmon));
    }

    [Fact]
    public void Two_chips_of_one_name_stay_apart()
    {
        foreach (var chip in new[] { "hwmon0", "hwmon1" })
        {
            _tree.Write($"sys/class/hwmon/{chip}/name", "nvme\n");
            _tree.Write($"sys/class/hwmon/{chip}/temp1_input", "30000\n");
        }

        using var hwmon = new HwmonSensor(_tree.Sys, NullLogger.Instance);
        Assert.Equal(["temperature/nvme.temp1=30 Cel", "temperature/nvme.hwmon1.temp1=30 Cel"], KernelTree.Sample(hwmon));
    }

    [Fact]
    public void A_channel_that_fails_costs_only_its_own_reading_and_is_back_when_it_works()
    {
        _tree.Write("sys/class/hwmon/hwmon0/name", "chip\n");
        _tree.Write("sys/class/hwmon/hwmon0/temp1_input", "");
        _tree.Write("sys/class/hwmon/hwmon0/temp2_input", "20000\n");
        using var hwmon = new HwmonSensor(_tree.Sys, NullLogger.Instance);
        Assert.Equal(["temperature/chip.temp2=20 Cel"], KernelTree.Sample(hwmon));

        _tree.Write("sys/class/hwmon/hwmon0/temp1_input", "-5000\n");
        Assert.Equal(["temperature/chip.temp1=-5 Cel", "temperature/chip.temp2=20 Cel"], KernelTree.Sample(hwmon));
    }

    [Fact]
    public void Thermal_zones_are_named_by_type()
    {
        _tree.Write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
        _tree.Write("sys/class/thermal/thermal_zone0/temp", "51540\n");
        _tree.Write("sys/class/thermal/cooling_device0/type", "fan\n");
        using var thermal = new ThermalSensor(_tree.Sys, NullLogger.Instance);

        Assert.Equal(["temperature/thermal.cpu-thermal=51.54 Cel"], KernelTree.Sample(thermal));
    }

    [Fact]
    public void A_machine_without_any_says_so_and_finds_those_that_come_later()
    {
        using var hwmon = new HwmonSensor(_tree.Sys, NullLogger.Instance);
        Assert.False(hwmon.IsPresent);
        Assert.Throws<IOException>(() => KernelTree.Sample(hwmon));

        _tree.Write("sys/class/hwmon/hwmon0/name", "usb\n");
        _tree.Write("sys/class/hwmon/hwmon0/temp1_input", "21000\n");
        Assert.Equal(["temperature/usb.temp1=21 Cel"], KernelTree.Sample(hwmon));
    }
}
