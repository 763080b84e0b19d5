using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Gateway.Devices;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>What an enrolled device has: its key and its certificate, and the roots it trusts, as files for mosquitto's clients.</summary>
internal sealed class DeviceFiles(TempDirectory directory, string device)
{
    public string Certificate => directory[$"{device}.pem"];

    public string Key => directory[$"{device}.key"];

    public string Roots => directory[$"{device}.roots"];

    /// <summary>Adds the device and enrolls it.</summary>
    public static DeviceFiles Enroll(MqttTestGateway gateway, TempDirectory directory, string device)
    {
        var id = DeviceId.Parse(device);
        gateway.Registry.Add(id, new("", "", new Dictionary<string, string>()));
        var token = gateway.Enrollment.NewToken(id, null, out _)!.Text;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest($"CN={device}", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var answer = gateway.Enrollment.Enroll(token, csr, IPAddress.Loopback);
        Assert.Equal(EnrollmentRefusal.None, answer.Refusal);

        var files = new DeviceFiles(directory, device);
        File.WriteAllText(files.Certificate, PemEncoding.WriteString("CERTIFICATE", answer.Certificate!) + "\n");
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(files.Roots, gateway.Enrollment.RootsPem);
        return files;
    }

    /// <summary>Words for mosquitto_pub and mosquitto_sub.</summary>
    public string[] Words(int port) => ["-h", "localhost", "-p", $"{port}", "--cafile", Roots, "--cert", Certificate, "--key", Key];
}
