using System.Text.Json;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Devices;
using Iot.Testing;
using Iot.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Settings of operators and reports of devices: whatever stands in them, the answer is one.</summary>
public sealed class ConfigEndpointsTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly DeviceRegistry _registry;
    private readonly DeviceConfigs _configs;

    public ConfigEndpointsTests()
    {
        _registry = DeviceRegistry.Open(_directory["devices.db"], TimeProvider.System, NullLogger<DeviceRegistry>.Instance);
        _configs = new(_registry, TimeProvider.System, NullLogger<DeviceConfigs>.Instance);
        _registry.Add(Pump, new("", "", new Dictionary<string, string>()));
    }

    public void Dispose()
    {
        _configs.Dispose();
        _registry.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("""{"Logging":{"LogLevel":{"Default":"\ud800"}}}""")]
    [InlineData("""{"\udc00":{}}""")]
    public async Task A_text_with_half_a_character_is_a_bad_body(string settings)
    {
        Assert.Equal(StatusCodes.Status400BadRequest, Assert.IsAssignableFrom<IStatusCodeHttpResult>(await SetAsync(settings)).StatusCode);
        Assert.Null(_configs.Find(Pump));
    }

    [Theory]
    [InlineData("""{"version":3,"state":"applied"}""", "applied")]
    [InlineData("""{"version":3,"state":"\u001b[2J"}""", "unknown")]
    [InlineData("""{"version":3,"state":"\ud800"}""", "unknown")]
    [InlineData("""{"version":3,"state":"applied","\ud800":1}""", "unknown")]
    [InlineData("""{"version":2,"state":"applied"}""", "pending")]
    public void Only_words_that_are_known_are_shown_as_the_state(string report, string shown)
    {
        var json = DeviceConfigJson.Of(new(Pump, 3, "{}", default, report, default(DateTimeOffset)));

        Assert.Equal(shown, json.State);
        Assert.StartsWith("{", JsonSerializer.Serialize(json, ApiJson.Default.DeviceConfigJson), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("é", 10_000, true)] // 20,000 bytes; escaped they would be 60,000
    [InlineData("x", DeviceConfigs.MaxSettingsBytes - 10, true)]
    [InlineData("x", DeviceConfigs.MaxSettingsBytes, false)]
    public async Task What_is_kept_is_no_longer_than_a_device_reads(string letter, int count, bool isTaken)
    {
        var text = string.Concat(Enumerable.Repeat(letter, count));
        var answer = await SetAsync($$"""{ "a": "{{text}}" }""");

        Assert.Equal(isTaken ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode);
        Assert.Equal(isTaken, _configs.Find(Pump)?.ToMessage().Length is > 0 and <= 32 * 1024);
    }

    private Task<IResult> SetAsync(string settings) => ConfigEndpoints.SetAsync(Pump.Value, settings, _configs, new(_registry, new(TimeProvider.System, NullLogger<DevicePresence>.Instance)));
}
