using Iot.Gateway.Devices;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Devices;

/// <summary>What lists of devices know of the registry without reading its file.</summary>
public sealed class DeviceDirectoryTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");
    private static readonly DeviceDescription Described = new("pump", "hall 3", new Dictionary<string, string>());

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_says_what_the_registry_says_after_each_change_and_after_a_restart()
    {
        using (var registry = Open())
        {
            registry.Add(DeviceId.Parse("zulu"), Described);
            registry.Add(Pump, Described);
            registry.SetToken(Pump, default, _clock.GetUtcNow().AddHours(1));
            Assert.Equal([new(Pump, "pump", "hall 3", EnrollmentState.Pending, _clock.GetUtcNow().AddHours(1)), new(DeviceId.Parse("zulu"), "pump", "hall 3", EnrollmentState.Pending, null)], registry.Directory.All);

            registry.Disable(Pump);
            Assert.Equal(new(Pump, "pump", "hall 3", EnrollmentState.Disabled, null), registry.Directory.All[0]);
            registry.Remove(DeviceId.Parse("zulu"));
        }

        using var again = Open();
        Assert.Equal((Pump, EnrollmentState.Disabled), (Assert.Single(again.Directory.All).Device, again.Directory.All[0].State));
    }

    [Fact]
    public void Without_a_change_it_is_the_same_list()
    {
        using var registry = Open();
        registry.Add(Pump, Described);

        var before = registry.Directory.All;

        Assert.Same(before, registry.Directory.All);
        registry.Enable(Pump);
        Assert.NotSame(before, registry.Directory.All);
    }

    private DeviceRegistry Open() => DeviceRegistry.Open(_directory["devices.db"], _clock, NullLogger<DeviceRegistry>.Instance);
}
