using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Iot.Gateway.Replay;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>What a replay may be asked, still as text: the API and the command line read it alike.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReplayParameters
{
    [Description("Name of a configured sink.")]
    public string? Sink { get; init; }

    [Description("First moment of receipt that counts: unix seconds or RFC 3339.")]
    public string? From { get; init; }

    [Description("First moment that does not count any more.")]
    public string? To { get; init; }

    [Description("Only this device. Default all.")]
    public string? Device { get; init; }

    [Description("Most readings a second, 1 to 10000000. Default as fast as the sink takes them.")]
    public long? Rate { get; init; }

    [Description("Count only; nothing is sent.")]
    public bool DryRun { get; init; }

    /// <param name="sinks">Those configured.</param>
    /// <returns>Null when it can be used; else which parameter cannot, its value, and what would be taken.</returns>
    public ReplayMistake? Read(IReadOnlyList<string> sinks, out ReplayRequest request)
    {
        request = null!;
        if (sinks.FirstOrDefault(name => name.Equals(Sink, StringComparison.OrdinalIgnoreCase)) is not { } sink)
            return new("sink", Sink, $"must name a configured sink: {string.Join(", ", sinks)}");
        if (From is null || !TimeText.TryParse(From, out var from)) return new("from", From, TimeText.Allowed);
        if (To is null || !TimeText.TryParse(To, out var to)) return new("to", To, TimeText.Allowed);
        if (from >= to) return new("from", From, $"must be before to = {TimeText.Format(to)}");
        if (Device is not null && !DeviceId.TryParse(Device, out _))
            return new("device", Device, $"must be 1 to {DeviceId.MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit");
        if (Rate is < 1 or > ReplayRequest.FastestRate)
            return new("rate", Rate.Value.ToString(CultureInfo.InvariantCulture), $"must be 1 to {ReplayRequest.FastestRate} readings a second");

        request = new(sink, from, to, Device, (int?)Rate, DryRun);
        return null;
    }
}

/// <param name="Allowed">What would have been taken, as a phrase.</param>
internal sealed record ReplayMistake(string Parameter, string? Value, string Allowed);
