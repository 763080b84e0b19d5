using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Iot.EdgeAgent.Updating;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Updating;

public sealed class ReleaseTests : IDisposable
{
    private static readonly byte[] Package = [1, 2, 3];

    private readonly ReleaseMaker _maker = new();
    private readonly ECDsa _public = ECDsa.Create();

    public ReleaseTests() => _public.ImportFromPem(_maker.PublicKeyPem);

    public void Dispose()
    {
        _maker.Dispose();
        _public.Dispose();
    }

    [Fact]
    public void A_signed_release_is_read()
    {
        var release = Release.Verify(_maker.Release("1.4.0", Package), _public, out var whyNot);

        Assert.Equal("", whyNot);
        Assert.Equal(("1.4.0", 3), (release!.Version, release.Size));
        Assert.Equal(SHA256.HashData(Package), release.Hash.ToArray());
    }

    [Fact]
    public void What_openssl_signs_is_read()
    {
        using var directory = new TempDirectory();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (keyPath, linePath) = (Path.Combine(directory.Path, "key.pem"), Path.Combine(directory.Path, "line"));
        File.WriteAllText(keyPath, key.ExportECPrivateKeyPem());
        var line = Encoding.UTF8.GetString(_maker.Release("1.4.0", Package)).Split('\n')[0];
        File.WriteAllText(linePath, line);
        using var openssl = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "sh", ["-c", $"openssl dgst -sha256 -sign '{keyPath}' '{linePath}' | openssl base64 -A"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var signature = openssl.StandardOutput.ReadToEnd();

        Assert.NotNull(Release.Verify(Encoding.UTF8.GetBytes($"{line}\n{signature}\n"), key, out _));
    }

    [Fact]
    public void Another_key_is_not_believed()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Null(Release.Verify(_maker.Release("1.4.0", Package, key: other), _public, out var whyNot));
        Assert.StartsWith("Its signature is not of the key", whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("armel", "iot-edge-agent", "1.4.0", "It is for armel")]
    [InlineData(null, "iot-gateway", "1.4.0", "It is not for iot-edge-agent")]
    [InlineData(null, "iot-edge-agent", "../../etc", "It names no version")]
    public void A_release_for_something_else_is_refused(string? architecture, string name, string version, string reason)
    {
        Assert.Null(Release.Verify(_maker.Release(version, Package, architecture, name), _public, out var whyNot));
        Assert.StartsWith(reason, whyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void No_changed_byte_is_believed_and_none_throws()
    {
        var signed = _maker.Release("1.4.0", Package);
        var line = Array.IndexOf(signed, (byte)'\n');

        Gen.Select(Gen.Int[0, line], Gen.Byte[1, 255]).Sample((at, flip) =>
        {
            var changed = (byte[])signed.Clone();
            changed[at] ^= flip;
            Assert.Null(Release.Verify(changed, _public, out _));
        });
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.Null(Release.Verify(bytes, _public, out _)));
    }
}
