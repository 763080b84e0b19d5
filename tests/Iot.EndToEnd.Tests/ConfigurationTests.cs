using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>Wrong settings and wrong usage of the real program: one clear line on stderr each, and the exit code.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("--Mqtt:Prot 1883", "Mqtt:Prot", "did you mean", "Mqtt:Port")]
    [InlineData("--Mqtt:Port 70000", "Mqtt:Port = 70000", "between 0 and 65535")]
    [InlineData("--Mqtt:Port eighteen", "Mqtt:Port = eighteen: must be a whole number")]
    [InlineData("--Mqtt:AllowAnonymous yes", "Mqtt:AllowAnonymous = yes: must be true or false")]
    [InlineData("--Mqtt:ConnectTimeout fast", "Mqtt:ConnectTimeout = fast: must be a duration")]
    [InlineData("--Limits:PayloadBytes 10", "Limits:PayloadBytes = 10", "between 1024 and 1048576")]
    [InlineData("--Delivery:DrainFor 01:00:00", "Delivery:DrainFor = 01:00:00", "between 00:00:00 and 00:00:30")]
    [InlineData("--Mqtt:BindAddress 0.0.0.0 --Mqtt:Port 1883", "Mqtt:BindAddress = 0.0.0.0", "Mqtt:AllowPlaintext")]
    [InlineData("--Mqtt:Mode External", "Mqtt:Mode = External", "Embedded")]
    [InlineData("--Mqtt:Mode Sideways", "Mqtt:Mode = Sideways: must be one of Embedded, External")]
    [InlineData("--Sinks:0 Oracle", "Sinks", "Oracle", "Embedded and Influx")]
    [InlineData("--Sinks:0 Influx --Influx:Bucket b", "Influx:Url", "must be given")]
    [InlineData("--Sinks:0 Influx --Influx:Url http://127.0.0.1:1 --Influx:Api V1", "Influx:", "Database", "must be given")]
    [InlineData("--Sinks:0 Influx --Influx:Url http://127.0.0.1:1 --Influx:Bucket b --Influx:Circuit:Breakduration2 1", "Influx:Circuit:Breakduration2", "did you mean", "BreakDuration")]
    [InlineData("--Http:Url http://127.0.0.1:80:80", "Http:Url")]
    public async Task A_setting_that_cannot_be_is_named_in_one_line(string words, params string[] said)
    {
        using var directory = new TempDirectory();
        await using var gateway = Start(["--Data:Path", directory["data"], "--Mqtt:Port", "0", "--Mqtt:TlsPort", "0", "--Http:Url", $"http://127.0.0.1:{FreePort.Next()}", .. words.Split(' ')]);

        Assert.Equal(2, await gateway.ExitAsync(TimeSpan.FromSeconds(15)));
        var line = Assert.Single(gateway.Errors.Split('\n'));
        Assert.All(said, word => Assert.Contains(word, line));
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_at_once()
    {
        using var directory = new TempDirectory();
        await using var gateway = Start("--Data:Path", directory["data"], "--Limits:PayloadBytes", "10", "--Limits:Connections", "0");

        Assert.Equal(2, await gateway.ExitAsync(TimeSpan.FromSeconds(15)));
        Assert.Contains("Limits:PayloadBytes = 10", gateway.Errors);
        Assert.Contains("Limits:Connections = 0", gateway.Errors);
    }

    [Fact]
    public async Task A_schema_that_cannot_be_used_stops_the_start()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory["schemas"]);
        await File.WriteAllTextAsync(directory["schemas/pump.json"], """{"type":"pump","devices":["pump-*"],"metrics":{"t":{"mni":1}}}""", TestContext.Current.CancellationToken);
        await using var gateway = Start("--Data:Path", directory["data"], "--Schemas:Path", directory["schemas"]);

        Assert.Equal(2, await gateway.ExitAsync(TimeSpan.FromSeconds(15)));
        var line = Assert.Single(gateway.Errors.Split('\n'));
        Assert.Contains("pump.json", line);
        Assert.Contains("mni", line);
    }

    [Fact]
    public async Task A_second_gateway_on_the_same_data_ends_and_the_first_goes_on()
    {
        await using var first = await GatewayProcess.StartAsync();
        await using var second = Start(
            "--Data:Path", first.DataPath, "--Mqtt:Port", $"{FreePort.Next()}", "--Mqtt:TlsPort", "0", "--Http:Url", $"http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal(1, await second.ExitAsync(TimeSpan.FromSeconds(15)));
        Assert.Contains(first.DataPath, Assert.Single(second.Errors.Split('\n')));
        Assert.Equal("healthy", (await first.GetAsync("health/ready")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_port_in_use_is_named_in_one_line()
    {
        await using var first = await GatewayProcess.StartAsync();
        using var directory = new TempDirectory();
        await using var second = Start(
            "--Data:Path", directory["data"], "--Mqtt:Port", $"{first.MqttPort}", "--Mqtt:TlsPort", "0", "--Http:Url", $"http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal(1, await second.ExitAsync(TimeSpan.FromSeconds(15)));
        Assert.Contains($"{first.MqttPort}", Assert.Single(second.Errors.Split('\n')));
    }

    [Theory]
    [InlineData("--help", 0, "Usage:")]
    [InlineData("run --help", 0, "Usage:")]
    [InlineData("sql --help", 0, "--parquet")]
    [InlineData("dead-letters --help", 0, "show")]
    [InlineData("--version", 0, "0.1.0")]
    [InlineData("fly", 2, "fly")]
    [InlineData("sql", 2, "statement")]
    [InlineData("--Mqtt:Port", 2, "'--Mqtt:Port' has no value")]
    [InlineData("run --fast", 2, "--fast")]
    public async Task Usage_is_answered_with_its_exit_code(string words, int exitCode, string said)
    {
        await using var gateway = Start(words.Split(' '));

        Assert.Equal(exitCode, await gateway.ExitAsync(TimeSpan.FromSeconds(15)));
        Assert.Contains(said, exitCode == 0 ? gateway.Results : gateway.Errors);
        Assert.Equal("", exitCode == 0 ? gateway.Errors : gateway.Results);
    }

    private static RealProcess Start(params string[] words) => RealProcess.Start(BuiltProgram.Gateway, words);
}
