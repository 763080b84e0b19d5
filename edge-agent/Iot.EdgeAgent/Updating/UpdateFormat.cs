using System.Text.Json.Serialization;

namespace Iot.EdgeAgent.Updating;

/// <summary>First line of a release file. <c>make deb</c> writes it.</summary>
internal sealed record ReleaseJson(string Package, string Version, string Architecture, string File, long Size, string Sha256);

/// <summary>How the last update went, written by root for the agent and for <c>status</c>.</summary>
/// <param name="Version">That was to be run.</param>
/// <param name="Reason">Why it was refused or taken back; null when it was kept.</param>
/// <param name="Attempts">In a row with this version.</param>
/// <param name="Current">The version whose package root keeps to go back to; null when it has none.</param>
internal sealed record UpdateResult(string Version, UpdateState State, string? Reason, DateTimeOffset At, int Attempts, string? Current);

internal enum UpdateState
{
    /// <summary>It runs.</summary>
    Applied,

    /// <summary>It was installed, did not reach the gateway in time, and the one before was put back.</summary>
    RolledBack,

    /// <summary>It was not installed.</summary>
    Refused,

    /// <summary>It is installed and has not reached the gateway yet.</summary>
    Trial,

    /// <summary>It does not serve, and the one before is being put back; that is tried until it is done.</summary>
    GoingBack,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ReleaseJson))]
[JsonSerializable(typeof(UpdateResult))]
internal sealed partial class UpdateFormat : JsonSerializerContext;
