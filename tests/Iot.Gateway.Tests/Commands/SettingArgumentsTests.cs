using Iot.Gateway.Commands;

namespace Iot.Gateway.Tests.Commands;

public sealed class SettingArgumentsTests
{
    [Theory]
    [InlineData("run --Mqtt:Port 1883", "run", "--Mqtt:Port 1883")]
    [InlineData("run --Mqtt:Port=1883", "run", "--Mqtt:Port=1883")]
    [InlineData("--Sinks Embedded,Influx run", "run", "--Sinks Embedded,Influx")]
    [InlineData("ledger --Http:Url http://127.0.0.1:8080 pump-7", "ledger pump-7", "--Http:Url http://127.0.0.1:8080")]
    [InlineData("sql select --csv", "sql select --csv", "")]
    public void Settings_are_taken_out_of_the_command(string words, string command, string settings)
    {
        var split = SettingArguments.Split(words.Split(' '));

        Assert.Equal(command, string.Join(' ', split.Command));
        Assert.Equal(settings, string.Join(' ', split.Settings));
        Assert.Empty(split.Mistakes);
    }

    [Theory]
    [InlineData("run --Mqtt:Port")]
    [InlineData("run --Mqtt:Port --Http:Url http://127.0.0.1:8080")]
    public void A_setting_without_a_value_is_named(string words) =>
        Assert.Contains("'--Mqtt:Port' has no value", Assert.Single(SettingArguments.Split(words.Split(' ')).Mistakes));
}
