using Iot.Configuration;
using Iot.Gateway.Mqtt;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class MqttOptionsTests
{
    private static readonly MqttOptions Default = new();

    [Fact]
    public void By_default_only_TLS_listens_to_others_and_nobody_is_let_in_without_credentials()
    {
        Assert.Empty(Problems(Default));
        Assert.False(Default.AllowAnonymous);
        Assert.Equal(("127.0.0.1", 1883, "::", 8883), (Default.PlainAddress, Default.Port, Default.TlsAddress, Default.TlsPort));
        Assert.Empty(Default.Risks());
    }

    [Fact]
    public void Without_credentials_nothing_listens_to_others_unless_an_address_is_named()
    {
        var anonymous = Default with { AllowAnonymous = true, AllowPlaintext = true };

        Assert.Equal(("127.0.0.1", "127.0.0.1"), (anonymous.PlainAddress, anonymous.TlsAddress));
        Assert.Empty(anonymous.Risks());
        Assert.Collection(
            (anonymous with { BindAddress = "0.0.0.0" }).Risks(),
            risk => Assert.Contains("AllowPlaintext", risk, StringComparison.Ordinal),
            risk => Assert.Contains("AllowAnonymous", risk, StringComparison.Ordinal));
        Assert.Contains("AllowAnonymous", Assert.Single((Default with { AllowAnonymous = true, BindAddress = "::", Port = 0 }).Risks()), StringComparison.Ordinal);
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
    public void Two_ports_differ_and_a_public_address_is_one_of_TLS()
    {
        Assert.Contains("they must differ", Assert.Single(Problems(Default with { TlsPort = 1883 })), StringComparison.Ordinal);
        Assert.Contains("must be mqtts://host:port", Assert.Single(Problems(Default with { PublicUrl = new("mqtt://gateway:1883") })), StringComparison.Ordinal);
        Assert.Contains("must be mqtts://host:port", Assert.Single(Problems(Default with { PublicUrl = new("mqtts://gateway") })), StringComparison.Ordinal);
        Assert.Empty(Problems(Default with { PublicUrl = new("mqtts://gateway:8883") }));
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
