using Iot.Testing;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>What TLS is spoken, by openssl s_client: versions, ciphers, a protocol's name.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Only_TLS_1_2_and_1_3_are_spoken_and_a_client_may_name_a_protocol_of_its_own()
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        foreach (var (version, works) in new[] { ("-tls1", false), ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true) })
        {
            var (exitCode, output) = await SClientAsync(gateway.TlsPort, pump, version, "-cipher", "DEFAULT@SECLEVEL=0", "-alpn", "mqtt");
            Assert.True(works == (exitCode == 0 && output.Contains("Verify return code: 0 (ok)", StringComparison.Ordinal)), $"{version}: {output}");
        }
    }

    [Theory]
    [InlineData("AES256-SHA")]
    [InlineData("AES128-GCM-SHA256")]
    [InlineData("ECDHE-ECDSA-AES256-SHA")]
    [InlineData("aNULL:eNULL:RC4:3DES:MD5")]
    public async Task Ciphers_without_forward_secrecy_or_of_old_kinds_are_refused(string ciphers)
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var pump = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        var (_, output) = await SClientAsync(gateway.TlsPort, pump, "-tls1_2", "-cipher", ciphers + "@SECLEVEL=0");

        Assert.True(output.Contains("alert handshake failure", StringComparison.Ordinal) || output.Contains("no ciphers available", StringComparison.Ordinal), output);
    }

    private static Task<(int ExitCode, string Output)> SClientAsync(int port, DeviceFiles files, params string[] words) => RealProcess.RunAsync(
        "sh", ["-c", "exec openssl s_client \"$@\" </dev/null", "openssl", "-connect", $"localhost:{port}", "-servername", "localhost", "-verify_hostname", "localhost", "-CAfile", files.Roots, .. words]);
}
