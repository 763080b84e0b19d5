using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway audit list|export|verify</c>: who did what. Reads the files themselves, beside a running gateway or without one.</summary>
internal static class AuditCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("audit", "Who did what, from where, and what came of it.")
    {
        List(settings), Export(settings), AuditVerification.Create(settings),
    };

    private static Command List(IReadOnlyList<string> settings)
    {
        var since = new Option<string>("--since") { Description = "First moment that counts: unix seconds or RFC 3339." };
        var kind = new Option<string>("--kind") { Description = "Only this act, or acts that begin with it: mqtt, mqtt.publish, replay.start." };
        var subject = new Option<string>("--subject") { Description = "Only by this device, client, user or key, or from this address." };
        var before = new Option<string>("--before") { Description = "Only entries with a smaller number." };
        var limit = new Option<string>("--limit") { Description = $"Most entries, 1 to {AuditParameters.MaxLimit}. Default 100." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = GatewayCommand.Create("list", "Newest first.", async (parsed, _) =>
        {
            await using var gateway = GatewayHost.BuildParts(settings);
            var asked = new AuditParameters
            {
                Since = parsed.GetValue(since), Kind = parsed.GetValue(kind), Subject = parsed.GetValue(subject),
                Before = parsed.GetValue(before), Limit = parsed.GetValue(limit),
            };
            if (!asked.TryRead(out var question, out var problem)) throw new InvalidDataException(problem!.ProblemDetails.Detail);

            var page = gateway.Services.GetRequiredService<AuditReader>().Read(question);
            if (parsed.GetValue(json)) Terminal.Line(JsonSerializer.Serialize(page, ApiJson.Default.AuditPage));
            else Print(page);
            return GatewayCommandLine.Done;
        });
        foreach (var option in new Option[] { since, kind, subject, before, limit, json }) command.Add(option);
        return command;
    }

    private static Command Export(IReadOnlyList<string> settings)
    {
        var file = new Argument<string>("file") { Description = "A new file." };
        var since = new Option<string>("--since") { Description = "Leaves out files that hold only older entries: unix seconds or RFC 3339." };
        var command = GatewayCommand.Create("export", "Copies the log's lines into one file, which 'audit verify --path' verifies like the log itself.", async (parsed, cancellation) =>
        {
            await using var gateway = GatewayHost.BuildParts(settings);
            if (!new AuditParameters { Since = parsed.GetValue(since) }.TryRead(out var question, out var problem))
                throw new InvalidDataException(problem!.ProblemDetails.Detail);

            var path = parsed.GetValue(file)!;
            var lines = 0L;
            await using var copy = new FileStream(path, FileMode.CreateNew); // an older export is evidence, too
            foreach (var bytes in gateway.Services.GetRequiredService<AuditReader>().Export(question.Since))
            {
                await copy.WriteAsync(bytes, cancellation);
                lines += bytes.AsSpan().Count((byte)'\n');
            }

            Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{lines} entries in {path}"));
            return GatewayCommandLine.Done;
        });
        command.Add(file);
        command.Add(since);
        return command;
    }

    private static void Print(AuditPage page)
    {
        Terminal.Table(
            ["entry", "at", "act", "who", "from", "on", "result", "detail"],
            [.. page.Entries.Select(entry => (IReadOnlyList<string>)
            [
                entry.Seq.ToString(CultureInfo.InvariantCulture), entry.At, entry.Act, Plain(entry.Who), Plain(entry.From), Plain(entry.On), entry.Result,
                entry.Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count} {Plain(entry.Detail)}") : Plain(entry.Detail),
            ])]);
        if (page.Next is { } next) Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"There are more: --before {next}"));
    }

    /// <summary>A client's name may hold anything: nothing of it may steer the terminal.</summary>
    private static string Plain(string? text) => string.Concat((text ?? "").Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format ? '\uFFFD' : c));
}
