using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Tests.Devices;

/// <summary>Which device a TLS client is, or why it is none.</summary>
public sealed class DeviceIdentityTests : IDisposable
{
    private readonly EnrollmentScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_certificate_is_its_device_also_after_a_restart()
    {
        var certificate = await _scene.EnrolledAsync();
        Assert.Equal(new(EnrollmentScene.Pump, IdentityRefusal.None), _scene.Identify(certificate));

        _scene.Crash();

        Assert.Equal(new(EnrollmentScene.Pump, IdentityRefusal.None), _scene.Identify(certificate));
    }

    [Fact]
    public async Task A_certificate_of_another_gateway_is_unknown_whatever_its_name()
    {
        await _scene.EnrolledAsync();
        using var other = new EnrollmentScene();

        Assert.Equal(new(default, IdentityRefusal.Unknown), _scene.Identify(await other.EnrolledAsync()));
    }

    [Fact]
    public async Task A_certificate_is_good_from_its_beginning_to_its_end()
    {
        var certificate = await _scene.EnrolledAsync();

        _scene.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(2));
        Assert.Equal(IdentityRefusal.None, _scene.Identify(certificate).Refusal);
        _scene.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(new(EnrollmentScene.Pump, IdentityRefusal.Expired), _scene.Identify(certificate));
    }

    [Fact]
    public async Task A_disabled_device_is_refused_at_once_and_told_of_and_comes_back_when_it_is_enabled()
    {
        var certificate = await _scene.EnrolledAsync();
        var ended = new List<DeviceId>();
        _scene.Registry.Identity.Ended += device =>
        {
            Assert.Equal(IdentityRefusal.Disabled, _scene.Identify(certificate).Refusal);
            ended.Add(device);
        };

        _scene.Registry.Disable(EnrollmentScene.Pump);
        Assert.Equal([EnrollmentScene.Pump], ended);
        _scene.Crash();
        Assert.Equal(IdentityRefusal.Disabled, _scene.Identify(certificate).Refusal);

        _scene.Registry.Enable(EnrollmentScene.Pump);
        Assert.Equal(IdentityRefusal.None, _scene.Identify(certificate).Refusal);
        Assert.Equal(EnrollmentState.Active, _scene.Registry.Find(EnrollmentScene.Pump)!.State);
    }

    [Fact]
    public async Task A_removed_device_is_unknown_and_told_of_and_one_of_the_same_name_is_another()
    {
        var certificate = await _scene.EnrolledAsync();
        var ended = new List<DeviceId>();
        _scene.Registry.Identity.Ended += ended.Add;

        _scene.Registry.Remove(EnrollmentScene.Pump);
        Assert.Equal([EnrollmentScene.Pump], ended);
        await _scene.EnrolledAsync(key: "another");

        Assert.Equal(IdentityRefusal.Unknown, _scene.Identify(certificate).Refusal);
    }

    [Fact]
    public async Task Asking_allocates_next_to_nothing()
    {
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(await _scene.EnrolledAsync());
        _ = certificate.RawDataMemory; // the certificate keeps its bytes once they were asked for
        _scene.Registry.Identity.Identify(certificate);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _scene.Registry.Identity.Identify(certificate);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000);
    }
}
