using System.Globalization;
using System.Runtime.Versioning;
using Iot.Testing;

namespace Iot.Architecture.Tests;

/// <summary>systemd's own judgement of the units, without a booted system: a root of files with stubs for the programs.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnitFileTests : IDisposable
{
    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("iot-gateway"), InlineData("iot-edge-agent")]
    public async Task Systemd_finds_nothing_wrong(string unit)
    {
        Install(unit);

        var (exitCode, output) = await AnalyzeAsync("verify", "--man=no", "--recursive-errors=no", $"{unit}.service");

        Assert.Equal("", output);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("iot-edge-agent-update.path"), InlineData("iot-edge-agent-update.service"), InlineData("iot-edge-agent-update-resume.service")]
    public async Task Systemd_finds_nothing_wrong_with_updates(string unit)
    {
        Install("iot-edge-agent");
        Stub(_root["var/lib/iot-edge-agent-update/installer"]);
        foreach (var source in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "systemd"), "iot-edge-agent-update*"))
            File.Copy(source, Path.Combine(_root["etc/systemd/system"], Path.GetFileName(source)));

        var (exitCode, output) = await AnalyzeAsync("verify", "--man=no", "--recursive-errors=no", unit);

        Assert.Equal("", output);
        Assert.Equal(0, exitCode);
    }

    /// <summary>Of 10; <c>systemd-analyze security</c> calls anything below 2 OK. The agent asks how well the clock is kept, which counts as if it set it.</summary>
    [Theory]
    [InlineData("iot-gateway", 1.6), InlineData("iot-edge-agent", 2.0)]
    public async Task It_is_hardened(string unit, double mostExposed)
    {
        Install(unit);

        var (_, output) = await AnalyzeAsync("security", "--offline=yes", "--no-pager", $"{unit}.service");

        // → Overall exposure level for iot-gateway.service: 1.3 OK
        var score = output.Split(".service:")[^1].Trim().Split(' ')[0];
        Assert.True(double.TryParse(score, CultureInfo.InvariantCulture, out var exposure), output);
        Assert.True(exposure <= mostExposed, output);
    }

    [Theory]
    [InlineData("iot-gateway"), InlineData("iot-edge-agent")]
    public async Task Wrong_settings_end_the_program_as_the_unit_expects_it(string unit)
    {
        var unrestarted = File.ReadLines(Source(unit)).Single(line => line.StartsWith("RestartPreventExitStatus=", StringComparison.Ordinal));

        var program = unit is "iot-gateway" ? BuiltProgram.Gateway : BuiltProgram.EdgeAgent;

        var (exitCode, output) = await RealProcess.RunAsync(program, ["run", "--Data:Paht", _root.Path]);

        Assert.Contains("Data:Path", output, StringComparison.Ordinal);
        Assert.Equal(unrestarted.Split('=')[1], exitCode.ToString(CultureInfo.InvariantCulture));
    }

    private static string Source(string unit) => Path.Combine(RepositoryRoot.Path, "systemd", $"{unit}.service");

    private static void Stub(string program)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, "#!/bin/sh\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private void Install(string unit)
    {
        var program = _root[$"usr/lib/{unit}/{unit}"];
        var units = _root["etc/systemd/system"];
        Stub(program);
        Stub(_root["bin/kill"]);
        Directory.CreateDirectory(units);
        File.Copy(Source(unit), Path.Combine(units, $"{unit}.service"));
    }

    private Task<(int ExitCode, string Output)> AnalyzeAsync(params string[] arguments) =>
        RealProcess.RunAsync("systemd-analyze", [arguments[0], $"--root={_root.Path}", .. arguments[1..]]);
}
