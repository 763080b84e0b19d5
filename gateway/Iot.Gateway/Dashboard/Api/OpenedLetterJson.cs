using System.Text;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Observability;
using Iot.Gateway.Validation;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>The message of a dead letter, as far as it can be read.</summary>
/// <param name="Failure">Why it cannot be read, and at which byte; absent when it can.</param>
/// <param name="Count">Readings in the message.</param>
/// <param name="Readings">The first of them, and those refused.</param>
internal sealed record OpenedLetterJson(SchemaInForceJson Schema, OpenedFailureJson? Failure, int Count, IReadOnlyList<OpenedReadingJson> Readings)
{
    public static OpenedLetterJson Of(OpenedLetter opened, DeadLetterAccess access) => new(
        SchemaInForceJson.Of(opened.Schema, access),
        opened.Failure is { } failure ? new(SnakeCase.Of(failure.Reason), failure.Position) : null,
        opened.Count,
        [.. opened.Readings.Select(OpenedReadingJson.Of)]);
}

internal sealed record OpenedFailureJson(string Reason, int Position);

/// <param name="Index">Among the readings of the message, from 0.</param>
/// <param name="Name">As a schema names it: <c>field</c>, or <c>measurement/field</c>.</param>
/// <param name="Value">Exact, as text.</param>
/// <param name="Refused">Why the schema of now refuses it; absent when it does not.</param>
/// <param name="Rule">The line of the schema that does; absent where no schema can help.</param>
internal sealed record OpenedReadingJson(int Index, string Time, string Name, string? Tags, string Kind, string Value, string? Unit, string? Refused, string? Rule)
{
    public static OpenedReadingJson Of(OpenedReading reading) => new(
        reading.Index, TimeText.Format(reading.TimeNs), reading.Name, reading.Tags.Length == 0 ? null : reading.Tags, KindText.Of(reading.Kind), reading.Value,
        reading.Unit.Length == 0 ? null : reading.Unit, reading.Reason == RejectReason.None ? null : SnakeCase.Of(reading.Reason), reading.Rule);
}

/// <summary>The schema that judges a device's readings now.</summary>
/// <param name="Version"><c>type@version</c>; the version changes with every byte of the file.</param>
/// <param name="File">Where it stands; absent for the built-in type default.</param>
/// <param name="Folder">Where schema files lie: each <c>*.json</c> in there counts.</param>
/// <param name="Problems">What is wrong in the folder now: until it is put right, the schemas from before stay in force.</param>
internal sealed record SchemaInForceJson(string Type, string Version, string? File, string Folder, IReadOnlyList<string> Problems)
{
    public static SchemaInForceJson Of(DeviceSchema schema, DeadLetterAccess access) => new(
        schema.Type, Encoding.ASCII.GetString(schema.Version), schema.File, access.SchemaFolder, [.. access.SchemaProblems().Select(problem => problem.ToString())]);
}
