using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary><c>iot-gateway devices config</c></summary>
public sealed class ConfigCommandTests : IDisposable
{
    private readonly ConfiguredPump _pump = new();

    public void Dispose() => _pump.Dispose();

    [Fact]
    public async Task The_command_sets_shows_and_clears_beside_a_running_gateway_and_without_one()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        Assert.Equal(0, (await gateway.CommandAsync("devices", "add", ConfiguredPump.Device)).ExitCode);
        await _pump.WriteAsync("""{"Batching": {"MaxReadings": 5}}""");

        var set = await gateway.CommandAsync("devices", "config", ConfiguredPump.Device, "--set", _pump.File);
        Assert.True(set.ExitCode == 0, set.Errors);
        Assert.Contains("version 1", set.Output);
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Contains("\"MaxReadings\": 5", (await gateway.CommandAsync("devices", "config", ConfiguredPump.Device)).Output);
        Assert.Contains("version 2", (await gateway.CommandAsync("devices", "config", ConfiguredPump.Device, "--clear")).Output);
        await gateway.StartAgainAsync();
        Assert.Contains("version 2", (await gateway.CommandAsync("devices", "config", ConfiguredPump.Device, "--show")).Output);

        var acts = (await gateway.GetAsync("api/v1/audit")).GetRawText();
        Assert.Contains("version 1: Batching", acts);
        Assert.Contains("device.config", acts);
    }

    [Theory]
    [InlineData("[]", "nobody", "must be a JSON object of settings")]
    [InlineData("{", "nobody", "must be a JSON object of settings")]
    [InlineData("{}", "nobody", "No device 'nobody' is registered")]
    public async Task What_is_no_configuration_and_who_is_no_device_is_told_so(string settings, string device, string answer)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await _pump.WriteAsync(settings);

        var refused = await gateway.CommandAsync("devices", "config", device, "--set", _pump.File);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(answer, refused.Errors);
    }
}
