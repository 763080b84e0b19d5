using Iot.Configuration;

namespace Iot.Gateway.Tests.Commands;

public sealed class SecretWordsTests
{
    private const string Secret = "a-secret-of-some-length";

    [Theory]
    [InlineData("--Http:ApiKey a-secret-of-some-length", "Http:ApiKeyFile", "Http__ApiKey")]
    [InlineData("--http:apikey=a-secret-of-some-length", "Http:ApiKeyFile", "Http__ApiKey")]
    [InlineData("--Mqtt:Port 1883 --Influx:Token a-secret-of-some-length", "Influx:TokenFile", "Influx__Token")]
    [InlineData("--Influx:Password a-secret-of-some-length", "Influx:PasswordFile", "Influx__Password")]
    public void A_secret_on_the_command_line_is_refused_and_not_repeated(string words, string file, string variable)
    {
        var refused = Assert.Throws<SettingsException>(() => GatewayHost.BuildParts(words.Split(' ')));

        var problem = Assert.Single(refused.Problems);
        Assert.Contains(file, problem, StringComparison.Ordinal);
        Assert.Contains(variable, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_it_may_be_named() => Assert.Empty(SecretWords.Problems(["--Http:ApiKeyFile", "/run/key", "--Influx:TokenFile", "/run/token"]));
}
