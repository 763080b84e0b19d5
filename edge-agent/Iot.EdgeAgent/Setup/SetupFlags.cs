using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Publishing;
using Iot.Wire;

namespace Iot.EdgeAgent.Setup;

/// <summary>The answers that were given as flags, as they were typed.</summary>
/// <param name="Token">Already read, when it came from a file or from standard input.</param>
internal sealed record SetupFlags(
    string? Token, string? Gateway, string? Username, string? Password, string? CaFile, string? Device,
    IReadOnlyList<string> Sensors, bool AllSensors, string? Outbox, bool? Start)
{
    public override string ToString() => "flags"; // never the secrets

    /// <param name="identity">Of an enrollment before.</param>
    /// <param name="found">Names of the sensors that were found here.</param>
    /// <param name="whyNot">Which flag is wrong, and what it takes.</param>
    /// <returns>Null when a flag cannot be meant.</returns>
    public SetupAnswers? ToAnswers(DeviceIdentity? identity, IReadOnlyCollection<string> found, out string whyNot)
    {
        var answers = new SetupAnswers(Token is null && Gateway is null ? identity : null, Start: Start);
        if ((whyNot = Reach(ref answers)).Length > 0) return null;
        if ((whyNot = Choose(ref answers, found)).Length > 0) return null;
        if (Outbox is null) return answers;

        return TypedAmount.TryParseSize(Outbox, out var bytes, out whyNot) ? answers with { OutboxBytes = bytes } : null;
    }

    /// <returns>A problem, or nothing.</returns>
    private string Reach(ref SetupAnswers answers)
    {
        if (Token is not null && (Gateway ?? Username ?? CaFile ?? Device) is not null) return "--token says which device this is and where its gateway is: leave out --gateway, --username, --ca-file and --device.";
        if (Gateway is null && (Username ?? CaFile ?? Device) is not null) return "--username, --ca-file and --device go with --gateway URL.";
        if (Username is null != Password is null) return "--username NAME and --password-file FILE go together.";

        if (Token is not null)
        {
            if (!EnrollmentToken.TryParse(Token, out var token, out var whyNot)) return "--token: " + whyNot;

            answers = answers with { Token = token };
        }
        else if (Gateway is not null)
        {
            if (!GatewayAddress.TryParse(Gateway, out _)) return $"--gateway {Gateway}: must be mqtt://HOST[:PORT] or mqtts://HOST[:PORT].";
            if (Device is not null && !DeviceId.TryParse(Device, out _)) return $"--device {Device}: must be 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit.";

            answers = answers with { Gateway = new(Gateway, Username, Password, CaFile), Device = Device is null ? null : DeviceId.Parse(Device) };
        }

        return "";
    }

    /// <returns>A problem, or nothing.</returns>
    private string Choose(ref SetupAnswers answers, IReadOnlyCollection<string> found)
    {
        if (AllSensors && Sensors.Count > 0) return "--all-sensors and --sensor: give one of them.";
        if (AllSensors) answers = answers with { Sensors = SetupAnswers.AllSensors };
        if (Sensors.Count == 0) return "";

        var chosen = new Dictionary<string, TimeSpan>(StringComparer.OrdinalIgnoreCase);
        foreach (var sensor in Sensors)
        {
            var parts = sensor.Split('=', 2);
            if (!found.Contains(parts[0], StringComparer.OrdinalIgnoreCase)) return $"--sensor {sensor}: there is no '{parts[0]}' here; found were {string.Join(", ", found)}.";
            if (!TypedAmount.TryParseInterval(parts.Length > 1 ? parts[1] : "10s", out var interval, out var whyNot)) return $"--sensor {sensor}: {whyNot}";

            chosen[parts[0]] = interval;
        }

        answers = answers with { Sensors = chosen };
        return "";
    }
}
