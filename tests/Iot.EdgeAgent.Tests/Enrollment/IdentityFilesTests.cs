#pragma warning disable CA1416 // modes of files

using Iot.EdgeAgent.Enrollment;
using Iot.Testing;
using Iot.Wire;

namespace Iot.EdgeAgent.Tests.Enrollment;

public sealed class IdentityFilesTests : IDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly TestAuthority _authority = new(TimeProvider.System.GetUtcNow());
    private readonly IdentityFiles _files;

    public IdentityFilesTests() => _files = new(_directory.Path);

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_device_that_was_never_enrolled_has_none() => Assert.Null(_files.Read());

    [Fact]
    public void Only_the_owner_may_read_key_and_request()
    {
        var request = _files.Request(Device, current: null);
        AssertPrivate("request.json");
        _files.Write(IdentityOf(request));
        AssertPrivate("identity.json");
    }

    [Fact]
    public void The_request_stays_the_same_until_its_certificate_is_on_disk()
    {
        var request = _files.Request(Device, current: null);
        Assert.Equal(request.CsrPem, new IdentityFiles(_directory.Path).Request(Device, current: null).CsrPem);

        var identity = IdentityOf(request);
        _files.Write(identity);

        Assert.NotEqual(request.CsrPem, _files.Request(Device, identity).CsrPem);
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        var identity = IdentityOf(_files.Request(Device, current: null));
        _files.Write(identity);

        var read = _files.Read()!;

        Assert.Equal(identity.Json, read.Json);
        Assert.Equal((identity.Serial, identity.NotAfter), (read.Serial, read.NotAfter));
    }

    [Fact]
    public void A_request_of_another_device_or_a_damaged_one_gives_way_to_a_new_one()
    {
        var others = _files.Request(DeviceId.Parse("pump-8"), current: null);
        Assert.NotEqual(others.CsrPem, _files.Request(Device, current: null).CsrPem);

        File.WriteAllText(_directory["request.json"], "{\"device\":\"pump");
        Assert.Contains("CERTIFICATE REQUEST", _files.Request(Device, current: null).CsrPem, StringComparison.Ordinal);
    }

    /// <summary>As a write leaves it that was killed before its rename.</summary>
    [Fact]
    public void What_a_killed_write_left_is_in_nobodys_way()
    {
        File.WriteAllText(_directory["identity.json.new"], "{\"device\":");
        Assert.Null(_files.Read());

        _files.Write(IdentityOf(_files.Request(Device, current: null)));

        Assert.NotNull(_files.Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"device":"pump-7","gateway":"https://g","mqtt":"mqtts://g","key":"","certificate":"","chain":"","roots":""}""")]
    [InlineData("""{"device":null}""")]
    public void A_damaged_identity_is_named_with_what_to_do_and_left_as_it_is(string content)
    {
        File.WriteAllText(_files.Path, content);

        var damaged = Assert.Throws<IdentityException>(_files.Read);

        Assert.Contains(_files.Path, damaged.Message, StringComparison.Ordinal);
        Assert.Contains("enroll anew", damaged.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_files.Path));
    }

    [Fact]
    public void One_at_a_time_may_ask_the_gateway()
    {
        using var turn = _files.TryLock();

        Assert.NotNull(turn);
        Assert.Null(new IdentityFiles(_directory.Path).TryLock());
    }

    [Fact]
    public void No_key_and_no_token_is_in_what_they_print()
    {
        var request = _files.Request(Device, current: null);
        object[] printed = [request, request.Json, IdentityOf(request), IdentityOf(request).Json, new EnrollJson("secret", "")];

        Assert.All(printed, one =>
        {
            Assert.DoesNotContain("PRIVATE", $"{one}", StringComparison.Ordinal);
            Assert.DoesNotContain("secret", $"{one}", StringComparison.Ordinal);
        });
    }

    private void AssertPrivate(string name) => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory[name]));

    private DeviceIdentity IdentityOf(PendingRequest request)
    {
        var now = TimeProvider.System.GetUtcNow();
        var csr = System.Security.Cryptography.X509Certificates.CertificateRequest.LoadSigningRequestPem(request.CsrPem, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = _authority.Client("pump-7", csr.PublicKey, now.AddHours(-1), now.AddDays(1));
        return DeviceIdentity.From(new(
            "pump-7", "https://gateway:8443/", "mqtts://gateway:8883", request.KeyPem, certificate.ExportCertificatePem(), _authority.ChainPem, _authority.Root.ExportCertificatePem()));
    }
}
