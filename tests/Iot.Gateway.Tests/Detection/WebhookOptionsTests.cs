using System.ComponentModel.DataAnnotations;
using Iot.Gateway.Detection.Webhook;
using Iot.Testing;

namespace Iot.Gateway.Tests.Detection;

public sealed class WebhookOptionsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Theory]
    [InlineData("https://alarm.example/hook")]
    [InlineData("http://127.0.0.1:9000/hook")]
    [InlineData("http://localhost/hook")]
    public void An_address_that_is_private_on_the_way(string url) => Assert.Empty(Problems(new() { Url = new(url), SecretFile = Secret() }));

    [Theory]
    [InlineData("http://alarm.example/hook", "AllowPlaintext")]
    [InlineData("ftp://alarm.example/hook", "must be https")]
    [InlineData("https://user:secret@alarm.example/hook", "holds a user or a password")]
    public void One_that_is_not(string url, string says)
    {
        var problem = Assert.Single(Problems(new() { Url = new(url), SecretFile = Secret() }));

        Assert.Contains(says, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_is_taken_when_it_is_asked_for_by_name() =>
        Assert.Empty(Problems(new() { Url = new("http://alarm.example/hook"), SecretFile = Secret(), AllowPlaintext = true }));

    [Fact]
    public void A_secret_is_needed_must_be_there_and_long_enough()
    {
        var url = new Uri("https://alarm.example/hook");

        Assert.Contains("openssl rand", Assert.Single(Problems(new() { Url = url })), StringComparison.Ordinal);
        Assert.Contains("no-such-file", Assert.Single(Problems(new() { Url = url, SecretFile = _directory["no-such-file"] })), StringComparison.Ordinal);
        File.WriteAllText(_directory["short"], "short");
        Assert.Contains("holds 5 characters", Assert.Single(Problems(new() { Url = url, SecretFile = _directory["short"] })), StringComparison.Ordinal);
        Assert.Contains("Url is not", Assert.Single(Problems(new() { SecretFile = Secret() })), StringComparison.Ordinal);
        Assert.Empty(Problems(new()));
    }

    public void Dispose() => _directory.Dispose();

    private string Secret()
    {
        File.WriteAllText(_directory["secret"], "0123456789abcdef\n");
        return _directory["secret"];
    }

    private static List<string> Problems(WebhookOptions options) =>
        [.. ((IValidatableObject)options).Validate(new(options)).Select(result => result.ErrorMessage!)];
}
