using Iot.Configuration;
using Iot.Gateway.Influx;
using Iot.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Tests.Influx;

public sealed class InfluxOptionsTests
{
    [Theory]
    [InlineData("Influx:Url = (nothing)", "Bucket=b")]
    [InlineData("Url = ftp://x/", "Url=ftp://x/", "Bucket=b")]
    [InlineData("Bucket = (empty)", "Url=http://x/")]
    [InlineData("Database = (empty)", "Url=http://x/", "Api=V1")]
    [InlineData("Token and TokenFile", "Url=http://x/", "Bucket=b", "Token=t", "TokenFile=f")]
    [InlineData("Username = (empty)", "Url=http://x/", "Bucket=b", "Password=p")]
    [InlineData("Influx:MaxBatchLines = 0: must be between 1 and 50000.", "Url=http://x/", "Bucket=b", "MaxBatchLines=0")]
    [InlineData("Influx:Timeout = 00:10:00: must be between 00:00:00.1000000 and 00:05:00.", "Url=http://x/", "Bucket=b", "Timeout=00:10:00")]
    [InlineData("Retry:MaxDelay (00:00:01) is shorter", "Url=http://x/", "Bucket=b", "Retry:Delay=00:00:02", "Retry:MaxDelay=00:00:01")]
    [InlineData("Circuit:FailureRatio = 2: must be between 0.01 and 1.", "Url=http://x/", "Bucket=b", "Circuit:FailureRatio=2")]
    [InlineData("Circuit:Sampling (00:00:10) is too short", "Url=http://x/", "Bucket=b", "Circuit:Sampling=00:00:10")]
    public async Task A_value_that_cannot_be_is_named_with_what_is_allowed(string expected, params string[] settings)
    {
        await using var rig = SinkRig.Over(url: null, settings);

        Assert.Contains(expected, Assert.Throws<OptionsValidationException>(() => rig.Options).Message);
    }

    [Fact]
    public async Task Every_key_is_bound()
    {
        await using var rig = SinkRig.Over(new Uri("http://x:1/p/"), "Api=V1", "Database=d", "Gzip=On", "Linger=00:00:01", "Retry:HeldDelay=00:00:07", "Circuit:MinimumThroughput=9", "Circuit:Sampling=00:02:00");

        Assert.Equal((InfluxApi.V1, InfluxGzip.On, TimeSpan.FromSeconds(7), 9), (rig.Options.Api, rig.Options.Gzip, rig.Options.Retry.HeldDelay, rig.Options.Circuit.MinimumThroughput));
    }

    [Theory]
    [InlineData("Influx:Buckett", "Influx:Bucket")]
    [InlineData("Influx:Circuit:FailRatio", "Influx:Circuit:FailureRatio")]
    public void An_unknown_key_is_answered_with_the_nearest(string key, string near)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, "1"), new("Influx:Retry:Delay", "1")]).Build();

        Assert.Equal($"{key}: no such key; did you mean {near}?", Assert.Single(new KnownKeys().InfluxKeys().Unknown(configuration)));
    }

    [Fact]
    public void Secrets_come_from_the_key_then_the_file_then_the_credential()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["influx.token"], "credential\n");
        File.WriteAllText(directory["file"], "from file\n");

        Assert.Equal("key", InfluxSecrets.Read(new() { Token = "key" }, directory.Path).Token);
        Assert.Equal("from file", InfluxSecrets.Read(new() { TokenFile = directory["file"] }, directory.Path).Token);
        Assert.Equal("credential", InfluxSecrets.Read(new(), directory.Path).Token);
        Assert.Equal("", InfluxSecrets.Read(new(), null).Token);
        Assert.Throws<FileNotFoundException>(() => InfluxSecrets.Read(new() { PasswordFile = directory["none"] }, null));
        Assert.DoesNotContain("credential", InfluxSecrets.Read(new(), directory.Path).ToString());
    }
}
