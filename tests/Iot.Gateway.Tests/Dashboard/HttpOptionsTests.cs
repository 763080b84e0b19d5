using Iot.Configuration;
using Iot.Gateway.Dashboard;

namespace Iot.Gateway.Tests.Dashboard;

public class HttpOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Null(Problems(new()));

    [Fact]
    public void A_short_key_says_how_to_make_a_better_one() =>
        Assert.Contains("openssl rand", Problems(new() { ApiKey = "secret" }), StringComparison.Ordinal);

    [Fact]
    public void Two_keys_are_one_too_many() =>
        Assert.Contains("remove one", Problems(new() { ApiKey = "a-key-of-some-length", ApiKeyFile = "/key" }), StringComparison.Ordinal);

    [Fact]
    public void A_key_file_that_is_not_there_is_named() =>
        Assert.Contains("/no/such/key", Problems(new() { ApiKeyFile = "/no/such/key" }), StringComparison.Ordinal);

    [Fact]
    public void The_url_is_an_address_and_no_path() =>
        Assert.Contains("http://host:port", Problems(new() { Url = new("http://127.0.0.1:8080/dashboard") }), StringComparison.Ordinal);

    [Fact]
    public void Https_is_refused_because_it_would_be_served_without_tls() =>
        Assert.Contains("TLS proxy", Problems(new() { Url = new("https://127.0.0.1:8443") }), StringComparison.Ordinal);

    private static string? Problems(HttpOptions options) => new SettingsValidator<HttpOptions>(HttpOptions.Section).Validate(name: null, options).FailureMessage;
}
