using Iot.Configuration;
using Iot.Gateway.Mqtt;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class MqttOptionsTests
{
    private static readonly MqttOptions Default = new();

    [Fact]
    public void The_defaults_are_valid_and_listen_on_loopback_only()
    {
        Assert.Empty(Problems(Default));
        Assert.True(Default.IsLoopback);
        Assert.False(Default.AllowAnonymous);
        Assert.Equal(0, Default.EffectiveTlsPort);
    }

    [Fact]
    public void Plain_MQTT_beyond_loopback_needs_a_word()
    {
        Assert.Contains("Mqtt:AllowPlaintext=true", Assert.Single(Problems(Default with { BindAddress = "0.0.0.0" })));
        Assert.Empty(Problems(Default with { BindAddress = "0.0.0.0", AllowPlaintext = true }));
        Assert.Empty(Problems(Default with { BindAddress = "0.0.0.0", Port = 0 }));
        Assert.Empty(Problems(Default with { BindAddress = "::1" }));
    }

    [Fact]
    public void An_external_broker_is_not_in_this_version() =>
        Assert.Contains("not in this version", Assert.Single(Problems(Default with { Mode = MqttMode.External })));

    [Fact]
    public void TLS_needs_a_certificate_that_is_there()
    {
        Assert.Contains("Mqtt:CertificateFile", Assert.Single(Problems(Default with { TlsPort = 8883 })));
        Assert.Contains("/nowhere/x.pem", Assert.Single(Problems(Default with { CertificateFile = "/nowhere/x.pem" })));
    }

    [Fact]
    public void Ranges_name_the_key_the_value_and_what_is_allowed()
    {
        var problems = Problems(Default with { MaxInFlightPerConnection = 0, ConnectTimeout = TimeSpan.FromHours(1), BindAddress = "localhost" });

        Assert.Contains("Mqtt:MaxInFlightPerConnection = 0: must be between 1 and 1024.", problems);
        Assert.Contains(problems, problem => problem.StartsWith("Mqtt:ConnectTimeout = 01:00:00: must be between", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("Mqtt:BindAddress = localhost: must be an IP address"));
    }

    private static List<string> Problems(MqttOptions options) =>
        [.. new SettingsValidator<MqttOptions>(MqttOptions.Section).Validate(null, options).Failures ?? []];
}
