using System.Text.Json.Serialization;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>Something that is wrong with a device, and what to do about it.</summary>
/// <param name="Kind">For programs: <c>silent</c>, <c>missing</c> …; each at most once.</param>
/// <param name="What">A sentence.</param>
/// <param name="Remedy">What to do, a sentence or two.</param>
/// <param name="Link">Where on the dashboard, if anywhere.</param>
internal sealed record DeviceTrouble(string Kind, TroubleLevel Level, string What, string Remedy, string? Link = null);

internal enum TroubleLevel
{
    /// <summary>Readings are lost, wrong or not coming.</summary>
    [JsonStringEnumMemberName("bad")] Bad,

    /// <summary>Needs somebody to look.</summary>
    [JsonStringEnumMemberName("warn")] Warn,

    /// <summary>Good to know; it rights itself.</summary>
    [JsonStringEnumMemberName("note")] Note,
}
