using System.Text.Json.Serialization;

namespace Iot.EdgeAgent.Doctor;

internal enum Grade
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It works, and somebody should look at it.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>It does not work until somebody has done something.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Check">What was looked at: <c>clock</c>, <c>tls</c>.</param>
/// <param name="Found">What there is, in a sentence without a full stop.</param>
/// <param name="WhatToDo">For the person on the ladder, in whole sentences; null when there is nothing to do.</param>
internal sealed record Finding(string Check, Grade Grade, string Found, string? WhatToDo = null)
{
    public static Finding Ok(string check, string found) => new(check, Grade.Ok, found);

    public static Finding Warn(string check, string found, string whatToDo) => new(check, Grade.Warn, found, whatToDo);

    public static Finding Fail(string check, string found, string whatToDo) => new(check, Grade.Fail, found, whatToDo);
}

/// <summary>What <c>doctor --json</c> prints.</summary>
/// <param name="Ok">No check failed.</param>
internal sealed record DoctorReport(bool Ok, DateTimeOffset At, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
