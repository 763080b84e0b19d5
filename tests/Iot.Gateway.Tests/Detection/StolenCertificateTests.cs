using Iot.Gateway.Detection;
using Iot.Gateway.Tests.Mqtt;
using Iot.Testing;

namespace Iot.Gateway.Tests.Detection;

/// <summary>A copy of a device's certificate, over real TLS: device and thief take the connection from each other.</summary>
public sealed class StolenCertificateTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_certificate_that_goes_back_and_forth_between_two_networks_is_told_with_its_device()
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        foreach (var from in new[] { "127.0.1.1", "127.0.2.2", "127.0.1.1", "127.0.2.2", "127.0.1.1", "127.0.2.2" }) await ConnectAsync(gateway, pump, from);

        var seen = Assert.Single(gateway.SecurityEvents.All(), one => one.What.Kind == SecurityEventKind.CertificateShared);
        Assert.Equal("pump-7", seen.What.Device);
        Assert.Contains("127.0.1.1", seen.What.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_comes_back_often_or_moves_once_is_not()
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        foreach (var from in new[] { "127.0.1.1", "127.0.1.1", "127.0.1.1", "127.0.1.1", "127.0.2.2", "127.0.2.2" }) await ConnectAsync(gateway, pump, from);

        Assert.DoesNotContain(gateway.SecurityEvents.All(), one => one.What.Kind == SecurityEventKind.CertificateShared);
    }

    private static async Task ConnectAsync(MqttTestGateway gateway, DeviceFiles files, string from)
    {
        await using var tls = await TlsClient.OpenAsync(gateway, files, from);
        using var mqtt = await RawClient.ConnectAsync(tls.Stream, id: "pump-7");
    }
}
