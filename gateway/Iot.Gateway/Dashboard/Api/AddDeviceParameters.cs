using System.ComponentModel;
using System.Text.Json.Serialization;
using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>A device to be expected, still as text.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddDeviceParameters
{
    private const int MostTags = 16;
    private const int LongestText = 128;
    private const string AllowedName = "must be 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit";
    private static readonly TimeSpan ShortestToken = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestToken = TimeSpan.FromDays(30);

    [Description("Its id, as in its topics.")]
    public string? Device { get; init; }

    [Description("Name of its schema. Default none.")]
    public string? Type { get; init; }

    [Description("Where it stands. Default none.")]
    public string? Site { get; init; }

    [Description("What else is to be known of it, by name; at most 16.")]
    public Dictionary<string, string>? Tags { get; init; }

    [Description("How long its token holds: 1m to 30d. Default Ca:TokenLifetime.")]
    public string? ValidFor { get; init; }

    /// <returns>Null when it can be used; else what cannot.</returns>
    public ProblemHttpResult? Read(out DeviceId device, out DeviceDescription description, out TimeSpan? validFor)
    {
        description = new(Type ?? "", Site ?? "", Tags ?? []);
        validFor = null;
        if (!DeviceId.TryParse(Device, out device)) return Problem.BadParameter("device", Device, AllowedName);
        if (Type is not null && !DeviceId.TryParse(Type, out _)) return Problem.BadParameter("type", Type, AllowedName);
        if (!IsText(Site)) return Problem.BadParameter("site", Site, $"must be at most {LongestText} characters of one line");
        if (description.Tags.Count > MostTags) return Problem.BadParameter("tags", $"{description.Tags.Count} of them", $"at most {MostTags}");
        foreach (var (name, value) in description.Tags)
        {
            if (!DeviceId.TryParse(name, out _)) return Problem.BadParameter("tags", name, $"a tag's name {AllowedName}");
            if (string.IsNullOrEmpty(value) || !IsText(value)) return Problem.BadParameter("tags", value, $"a tag's value must be 1 to {LongestText} characters of one line");
        }

        return ReadValidFor(ValidFor, out validFor);
    }

    public static ProblemHttpResult? ReadValidFor(string? text, out TimeSpan? validFor)
    {
        validFor = null;
        if (text is null) return null;
        if (!DurationText.TryParse(text, out var duration) || duration < ShortestToken || duration > LongestToken)
            return Problem.BadParameter("validFor", text, "must be a number with a unit, 1m to 30d: 15m, 1h, 7d");

        validFor = duration;
        return null;
    }

    private static bool IsText(string? text) => text is null || (text.Length <= LongestText && !text.Any(char.IsControl));
}
