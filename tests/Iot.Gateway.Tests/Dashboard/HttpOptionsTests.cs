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
    public void Beyond_this_machine_it_is_https_or_a_word_is_needed()
    {
        Assert.Contains("AllowPlaintext=true", Problems(new() { Url = new("http://0.0.0.0:8080") }), StringComparison.Ordinal);
        Assert.Null(Problems(new() { Url = new("https://0.0.0.0:8443") }));
        Assert.Empty(new HttpOptions { Url = new("https://0.0.0.0:8443") }.Risks());
        var plain = new HttpOptions { Url = new("http://0.0.0.0:8080"), AllowPlaintext = true };
        Assert.Null(Problems(plain));
        Assert.Contains("without TLS", Assert.Single(plain.Risks()), StringComparison.Ordinal);
    }

    private static string? Problems(HttpOptions options) => new SettingsValidator<HttpOptions>(HttpOptions.Section).Validate(name: null, options).FailureMessage;
}
