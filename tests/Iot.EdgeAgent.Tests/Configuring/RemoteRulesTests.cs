using Iot.EdgeAgent.Configuring;
using Microsoft.Extensions.Configuration;

namespace Iot.EdgeAgent.Tests.Configuring;

/// <summary>Whoever may configure a device from afar gets no further than that.</summary>
public class RemoteRulesTests
{
    [Theory]
    [InlineData("""{"Device": {"Id": "other"}}""", "Device:Id = other: cannot be set remotely")]
    [InlineData("""{"Data": {"Path": "/tmp"}}""", "Data:Path = /tmp: cannot be set remotely")]
    [InlineData("""{"Remote": {"AllowExec": true}}""", "Remote:AllowExec = true: cannot be set remotely")]
    [InlineData("""{"Remote": {"Enabled": false}}""", "cannot be set remotely")]
    [InlineData("""{"Simulation": {"Devices": 9}}""", "cannot be set remotely")]
    [InlineData("""{"Sensor": {"a": {"Kind": "System"}}}""", "did you mean Sensors?")]
    [InlineData("""{"Gateway": {"Password": "hunter2"}}""", "Gateway:Password: is a secret")]
    [InlineData("""{"Gateway": {"Username": "x"}}""", "Gateway:Username: is a secret")]
    [InlineData("""{"Gateway": {"PasswordFile": "/etc/shadow"}}""", "names a file of the device")]
    [InlineData("""{"Gateway": {"passwordfile": "/etc/shadow"}}""", "names a file of the device")]
    [InlineData("""{"Gateway": {"CaFile": null}}""", "names a file of the device")]
    [InlineData("""{"Sensors": {"m": {"Mqtt": {"PasswordFile": "/etc/shadow"}}}}""", "names a file of the device")]
    [InlineData("""{"Gateway": null}""", "a whole section cannot be taken away")]
    [InlineData("""{"Gateway": {"Url": "mqtt://evil"}}""", "the link is encrypted (mqtts://)")]
    [InlineData("""{"Gateway": {"Url": null}}""", "the link is encrypted (mqtts://)")]
    [InlineData("""{"Sensors": {"plc": {"Mqtt": {"Url": "mqtt://evil"}}}}""", "would send its own Username there")]
    [InlineData("""{"sensors": {"PLC": {"mqtt": {"url": "mqtts://evil"}}}}""", "would send its own Username there")]
    [InlineData("""{"Sensors:plc:Mqtt:Url": "mqtts://evil"}""", "would send its own Username there")]
    [InlineData("""{"Sensors": {"file": {"Mqtt": {"Url": "mqtts://evil"}}}}""", "would send its own PasswordFile there")]
    [InlineData("""{"Sensors": {"m": {"Modbus": {"Url": "rtu:///var/lib/secret"}}}}""", "must be a port in /dev/")]
    [InlineData("""{"Sensors": {"m": {"Modbus": {"Url": "rtu:///dev/../etc/shadow"}}}}""", "must be a port in /dev/")]
    [InlineData("""{"Sensors": {"x": {"Kind": "Exec"}}}""", "Remote:AllowExec = true")]
    [InlineData("""{"Sensors": {"x": {"Kind": 4}}}""", "Remote:AllowExec = true")]
    [InlineData("""{"Sensors": {"x": {"kind": "System, Exec"}}}""", "Remote:AllowExec = true")]
    [InlineData("""{"Sensors": {"x": {"Exec": {"Command": ["sh", "-c", "reboot"]}}}}""", "Remote:AllowExec = true")]
    [InlineData("""{"Sensors": {"x": {"exec": {"Path": "/bin/sh"}}}}""", "Remote:AllowExec = true")]
    [InlineData("""{"Sensors": {"x": {"Command": null}}}""", "Remote:AllowExec = true")]
    [InlineData("""{"Logging": {"LogLevel": {"Default": "Loud"}}}""", "must be one of Trace")]
    public void This_is_refused(string settings, string reason)
    {
        var problems = string.Join('\n', Problems(settings, allowExec: false));

        Assert.Contains(reason, problems, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Gateway": {"Url": "mqtts://elsewhere:8883", "KeepAlive": "00:01:00"}, "Outbox": {"MaxBytes": 2097152}, "Time": {"X": 1}}""")]
    [InlineData("""{"Sensors": {"a": {"Kind": "Simulated"}, "b": null}, "Logging": {"LogLevel": {"Default": "Debug"}}}""")]
    [InlineData("""{"Sensors": {"plc": {"Mqtt": {"Url": "mqtt://plc", "Preset": "Tasmota"}}, "open": {"Mqtt": {"Url": "mqtt://elsewhere"}}}}""")]
    [InlineData("""{"Sensors": {"m": {"Modbus": {"Url": "rtu:///dev/serial/by-id/usb-1"}}, "n": {"Modbus": {"Url": "rtu+tcp://10.0.0.7:502"}}}}""")]
    [InlineData("{}")]
    public void This_may_be_set(string settings) => Assert.Empty(Problems(settings, allowExec: false));

    [Fact]
    public void The_device_itself_may_allow_programs() => Assert.Empty(Problems("""{"Sensors": {"x": {"Kind": "Exec", "Exec": {"Command": "date"}}}}""", allowExec: true));

    [Fact]
    public void A_password_for_one_gateway_is_not_sent_to_another()
    {
        Assert.Contains("would send its own Username there", Assert.Single(Problems("""{"Gateway": {"Url": "mqtt://evil"}}""", false, ("Gateway:Url", "mqtt://home"), ("Gateway:Username", "u"))).Reason, StringComparison.Ordinal);
        Assert.Contains("would send its own Password there", Assert.Single(Problems("""{"Gateway": {"Url": "mqtts://evil"}}""", false, ("Gateway:Password", "p"))).Reason, StringComparison.Ordinal);
        Assert.Empty(Problems("""{"Gateway": {"Url": "mqtt://elsewhere"}}""", false, ("Gateway:Url", "mqtt://home")));
    }

    private static IEnumerable<ConfigProblem> Problems(string settings, bool allowExec, params (string Key, string Value)[] settingsHere)
    {
        var local = new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("Gateway:Url", "mqtts://home:8883"), new("Sensors:plc:Mqtt:Url", "mqtt://plc"), new("Sensors:plc:Mqtt:Username", "u"), new("Sensors:file:Mqtt:PasswordFile", "/etc/p"),
                new("Sensors:open:Mqtt:Preset", "Tasmota"),
            ]).AddInMemoryCollection(settingsHere.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
        return RemoteRules.Problems(DesiredConfigTests.Parse($$"""{"version": 1, "settings": {{settings}}}""")!, local, allowExec);
    }
}
