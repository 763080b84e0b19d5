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
    [InlineData("{}")]
    public void This_may_be_set(string settings) => Assert.Empty(Problems(settings, allowExec: false));

    [Fact]
    public void The_device_itself_may_allow_programs() => Assert.Empty(Problems("""{"Sensors": {"x": {"Kind": "Exec", "Exec": {"Command": "date"}}}}""", allowExec: true));

    private static IEnumerable<ConfigProblem> Problems(string settings, bool allowExec)
    {
        var local = new ConfigurationBuilder().AddInMemoryCollection([new("Gateway:Url", "mqtts://home:8883")]).Build();
        return RemoteRules.Problems(DesiredConfigTests.Parse($$"""{"version": 1, "settings": {{settings}}}""")!, local, allowExec);
    }
}
