using System.CommandLine;
using System.Text.Json;
using Iot.EdgeAgent.Doctor;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent doctor [--json]</c></summary>
internal static class DoctorCommand
{
    private const string About =
        "Examines this installation from the settings to a batch that the gateway acknowledges; each line is ok, warn or fail and ends with what to do.\n" +
        "A running agent is left alone: it is asked how it fares. Without one, the doctor connects in its place and sends one batch.\n" +
        "Exits with 0 when nothing failed, 1 when something did, 2 on wrong usage. Under systemd run it with sudo.";

    public static Command Create(string[] settings)
    {
        var json = new Option<bool>("--json") { Description = "As JSON, for scripts; times are UTC." };
        var doctor = new Command("doctor", About) { json };
        doctor.SetAction((parsed, cancellation) => RunAsync(settings, parsed.GetValue(json), parsed.InvocationConfiguration.Output, cancellation));
        return doctor;
    }

    private static async Task<int> RunAsync(string[] settings, bool json, TextWriter output, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var findings = new List<Finding>();
        await foreach (var finding in FindingsAsync(settings, clock, cancellation))
        {
            findings.Add(finding);
            if (!json) await output.WriteLineAsync(Line(finding)); // one after the other: somebody waits
        }

        var well = findings.TrueForAll(finding => finding.Grade != Grade.Fail);
        if (json) await output.WriteLineAsync(JsonSerializer.Serialize(new(well, clock.GetUtcNow(), findings), DoctorJson.Default.DoctorReport));
        return well ? ExitCode.Done : ExitCode.Failed;
    }

    private static async IAsyncEnumerable<Finding> FindingsAsync(
        string[] settings, TimeProvider clock, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var ((findings, installation), hung) = await Bounded.TryAsync("configuration", () => Task.FromResult(ConfigurationCheck.Run(settings, clock)), clock, cancellation);
        if (hung is not null) yield return hung;
        foreach (var finding in findings ?? []) yield return finding;
        if (installation is null) yield break;

        foreach (var finding in AgentCheck.Run(installation)) yield return finding;
        await foreach (var finding in Examination.RunAsync(installation, cancellation)) yield return finding;
    }

    private static string Line(Finding finding)
    {
        var grade = finding.Grade switch { Grade.Ok => "ok", Grade.Warn => "warn", _ => "fail" };
        return $"{grade,-4}  {finding.Check,-13}  {finding.Found}.{(finding.WhatToDo is { } remedy ? " → " + remedy : "")}";
    }
}
