using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What the gateway is told: <c>config/reported</c>.</summary>
/// <remarks><c>{"version":7,"state":"refused","at":"…","effective":"3f…","problems":[{"key":"Batching:MaxAge","value":"2h","reason":"…"}]}</c></remarks>
/// <param name="Version">The version this is about; 0: none came yet.</param>
/// <param name="State">One of the words below.</param>
/// <param name="InForce">The version in force; 0: this machine's configuration alone.</param>
/// <param name="Effective">Hash of all that is in force, secrets left out.</param>
/// <param name="Problems">Why it was refused or rolled back.</param>
/// <param name="Local">What is wrong with this machine's own files; it runs with the last good ones then.</param>
internal sealed record ConfigReport(
    long Version, string State, long InForce, DateTimeOffset At, string Effective, IReadOnlyList<ConfigProblem> Problems, IReadOnlyList<ConfigProblem> Local)
{
    public const string OwnOnly = "local";
    public const string Applied = "applied";
    public const string OnTrial = "trial";
    public const string Refused = "refused";
    public const string RolledBack = "rolledBack";

    /// <summary>The gateway takes no more.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxProblems = 16;
    private const int MaxText = 200;

    /// <summary>For machines: letters of any language stay as they are, for escaped they are three times as long.</summary>
    private static readonly JsonWriterOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>About the newest that came: one on trial, one that failed, or the good one.</summary>
    /// <param name="unreadable">The newest could not even be read.</param>
    public static ConfigReport Of(
        ConfigState state, FailedConfig? unreadable, IReadOnlyList<ConfigProblem> local, EffectiveSettings effective, DateTimeOffset now)
    {
        var inForce = effective.Remote?.Version ?? 0;
        var hash = effective.Hash();
        if (unreadable is { } no) return new(no.Config.Version, no.State, inForce, no.At, hash, no.Problems, local);
        if (state.Failed is { } failed && (state.Trial is null || failed.Config.Version > state.Trial.Config.Version))
            return new(failed.Config.Version, failed.State, inForce, failed.At, hash, failed.Problems, local);
        if (state.Trial is { } trial) return new(trial.Config.Version, OnTrial, inForce, now, hash, [], local);

        return state.Good is { } good ? new(good.Version, Applied, inForce, now, hash, [], local) : new(0, OwnOnly, inForce, now, hash, [], local);
    }

    /// <summary>No longer than the gateway takes: then the last of the problems are left out.</summary>
    public byte[] ToJson()
    {
        for (var most = MaxProblems; ; most /= 2)
        {
            var json = ToJson(most);
            if (json.Length <= MaxBytes || most == 1) return json;
        }
    }

    private byte[] ToJson(int most)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, AsItIs))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("state", State);
            json.WriteNumber("inForce", InForce);
            json.WriteString("at", At.UtcDateTime);
            json.WriteString("effective", Effective);
            Write(json, "problems", Problems, most);
            if (Local.Count > 0) Write(json, "local", Local, most);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ConfigProblem> problems, int most)
    {
        json.WriteStartArray(name);
        foreach (var problem in problems.Take(most))
        {
            json.WriteStartObject();
            json.WriteString("key", Cut(problem.Key));
            if (problem.Value is { } value) json.WriteString("value", Cut(value));
            json.WriteString("reason", Cut(problem.Reason));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..(MaxText - 1)] + "…";
}
