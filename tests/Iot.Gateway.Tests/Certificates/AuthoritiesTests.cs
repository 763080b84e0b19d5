using Iot.Gateway.Certificates;
using Iot.Gateway.Tests.Devices;
using Iot.Gateway.Tests.Mqtt;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Certificates;

/// <summary>The change from one root to the next: nobody is cut off on the way, whatever he trusts and wherever it is interrupted.</summary>
public sealed class AuthoritiesTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private string Ca => _directory["ca"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Who_trusts_the_root_before_and_who_trusts_the_new_one_both_find_their_way()
    {
        using var authorities = Open();
        var before = authorities.Roots.ToPem();
        authorities.Rotate();
        var shown = new ServerCertificate(new(), authorities, new(new(), []), _clock, NullLogger<ServerCertificate>.Instance).Now!;
        var above = authorities.AboveServer.ToPem();
        var openSsl = new OpenSsl(_directory);

        Assert.Equal(2, authorities.Roots.Count);
        foreach (var root in new[] { before, authorities.Current.Root.ExportCertificatePem(), authorities.Roots.ToPem() })
        {
            var (exitCode, output) = await openSsl.VerifyAsync(root, above, shown.Certificate.ExportCertificatePem(), "sslserver");
            Assert.True(exitCode == 0, output);
        }
    }

    [Fact]
    public async Task After_retirement_the_root_before_leads_nowhere()
    {
        using var authorities = Open();
        var before = authorities.Roots.ToPem();
        authorities.Rotate();
        authorities.Retire();
        var shown = new ServerCertificate(new(), authorities, new(new(), []), _clock, NullLogger<ServerCertificate>.Instance).Now!;

        var (exitCode, _) = await new OpenSsl(_directory).VerifyAsync(before, authorities.AboveServer.ToPem(), shown.Certificate.ExportCertificatePem(), "sslserver");

        Assert.NotEqual(0, exitCode);
        Assert.Equal(authorities.Current.Root, Assert.Single(authorities.Roots));
    }

    [Fact]
    public void A_start_finds_what_the_rotation_left()
    {
        using var first = Open();
        first.Rotate();
        using var second = Open();
        Assert.Equal(first.Roots, second.Roots);

        second.Retire();
        using var third = Open();
        Assert.Equal(second.Current.RootFingerprint, third.Current.RootFingerprint);
        Assert.Null(third.PreviousRoot);
    }

    [Theory]
    [InlineData("root.key")]
    [InlineData("root.key", "root.pem", "issuing.key")]
    [InlineData("root.key", "root.pem", "issuing.key", "issuing.pem")]
    [InlineData("root.key", "root.pem", "issuing.key", "issuing.pem", "cross.pem")]
    public void A_rotation_that_was_cut_off_has_not_happened_and_goes_on_where_it_stopped(params string[] written)
    {
        using (var whole = Open()) whole.Rotate();
        File.Delete(Path.Combine(Ca, "generation")); // the last that is written
        foreach (var file in Directory.GetFiles(Path.Combine(Ca, "2")).Where(file => !written.Contains(Path.GetFileName(file)))) File.Delete(file);
        var kept = written.Except(["cross.pem"]).ToDictionary(file => file, file => File.ReadAllText(Path.Combine(Ca, "2", file)));

        using var again = Open();
        Assert.Null(again.PreviousRoot);
        again.Rotate(); // makes the cross certificate anew

        Assert.NotNull(again.PreviousRoot);
        Assert.All(kept, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(Ca, "2", file.Key))));
    }

    [Fact]
    public void Without_the_key_of_the_root_before_nothing_is_changed()
    {
        using var authorities = Open();
        File.Move(Path.Combine(Ca, "root.key"), _directory["elsewhere"]);

        Assert.Contains("Put it back for the rotation", Assert.Throws<CaException>(authorities.Rotate).Message, StringComparison.Ordinal);
        Assert.Null(authorities.PreviousRoot);

        File.Move(_directory["elsewhere"], Path.Combine(Ca, "root.key"));
        authorities.Rotate();
        Assert.NotNull(authorities.PreviousRoot);
    }

    [Fact]
    public void Another_key_in_the_place_of_the_root_s_is_refused_and_nothing_is_changed()
    {
        using var authorities = Open();
        using var other = new TempDirectory();
        using (Authorities.Open(other["ca"], new(), _clock, NullLogger<CertificateAuthority>.Instance)) File.Copy(Path.Combine(other["ca"], "root.key"), Path.Combine(Ca, "root.key"), overwrite: true);

        Assert.Contains("not the key of root.pem", Assert.Throws<CaException>(authorities.Rotate).Message, StringComparison.Ordinal);

        Assert.Null(authorities.PreviousRoot);
        Assert.False(Directory.Exists(Path.Combine(Ca, "2")));
    }

    [Fact]
    public async Task A_cross_certificate_that_an_earlier_attempt_left_is_made_anew()
    {
        using (var whole = Open()) whole.Rotate();
        File.Delete(Path.Combine(Ca, "generation"));
        File.Copy(Path.Combine(Ca, "root.pem"), Path.Combine(Ca, "2", "cross.pem"), overwrite: true); // not what it should be
        using var again = Open();
        var before = again.Roots.ToPem();

        again.Rotate();

        var (exitCode, output) = await new OpenSsl(_directory).VerifyAsync(before, again.AboveServer.ToPem(), again.Current.Chain.First().ExportCertificatePem(), "any");
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void A_wrong_clock_and_an_end_are_problems_and_no_reason_not_to_start()
    {
        Open().Dispose();
        _clock.SetUtcNow(DateTimeOffset.UtcNow + TimeSpan.FromDays(30 * 365));
        using (var late = Open()) Assert.Contains("ended at", late.Problem, StringComparison.Ordinal);

        var past = new FakeTimeProvider(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var early = Authorities.Open(Ca, new(), past, NullLogger<CertificateAuthority>.Instance);
        Assert.Contains("clock", early.Problem, StringComparison.Ordinal);
        Assert.Null(new ServerCertificate(new(), early, new(new(), []), past, NullLogger<ServerCertificate>.Instance).Now);
    }

    [Fact]
    public void One_at_a_time()
    {
        using var authorities = Open();

        Assert.Contains("ca rotate", Assert.Throws<CaException>(authorities.Retire).Message, StringComparison.Ordinal);
        authorities.Rotate();
        Assert.Contains("ca retire", Assert.Throws<CaException>(authorities.Rotate).Message, StringComparison.Ordinal);
        authorities.Retire();
        authorities.Rotate();

        Assert.Equal(["2", "3"], Directory.GetDirectories(Ca).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("2 x")]
    [InlineData("3 2 1")]
    public void A_pointer_that_is_not_as_it_was_written_is_an_error_that_names_it(string content)
    {
        Open().Dispose();
        File.WriteAllText(Path.Combine(Ca, "generation"), content);

        Assert.Contains("generation", Assert.Throws<CaException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_trust_either_root_go_on_publishing()
    {
        await using var gateway = await MqttTestGateway.StartAsync(MqttTestGateway.WithTls);
        var before = DeviceFiles.Enroll(gateway, _directory, "pump-7");

        gateway.Authorities.Rotate();
        gateway.ServerCertificate.Renew();
        var after = DeviceFiles.Enroll(gateway, _directory, "pump-8");
        File.WriteAllText(after.Roots, gateway.Authorities.Current.Root.ExportCertificatePem());
        foreach (var (files, device) in new[] { (before, "pump-7"), (after, "pump-8") })
        {
            await using var client = await TlsClient.OpenAsync(gateway, files); // .NET's idea of a chain
            var (exitCode, output) = await RealProcess.RunAsync("mosquitto_pub", [.. files.Words(gateway.TlsPort), "-t", $"v1/devices/{device}/telemetry", "-m", "[]", "-q", "1"]);
            Assert.True(exitCode == 0, output);
        }
    }

    private Authorities Open() => Authorities.Open(Ca, new(), _clock, NullLogger<CertificateAuthority>.Instance);
}
