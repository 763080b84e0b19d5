using System.CommandLine;
using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway journal inspect PATH</c>: what the files of a journal hold, and what is wrong with them. Only reads.</summary>
internal static class JournalCommand
{
    private const int UsualCount = 100;

    public static Command Create() => new("journal", "Look into the files of a journal: a gateway's spool, an agent's outbox.") { Inspect() };

    private static Command Inspect()
    {
        var path = new Argument<string>("path") { Description = "Directory of a journal, data directory of a gateway or an agent, or one segment file." };
        var records = new Option<bool>("--records") { Description = "List records instead of segments." };
        var from = new Option<ulong?>("--from") { Description = "First offset to list." };
        var count = new Option<int?>("--count") { Description = $"Most records to list; default {UsualCount}." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = GatewayCommand.Create(
            "inspect", "Segments, records, damage. Reads only, also beside a running gateway. Exit code 1 when there is something for a person to look at.", (parsed, _) =>
            {
                var inspector = JournalInspector.Open(parsed.GetValue(path)!, TimeProvider.System);
                var exitCode = parsed.GetValue(records)
                    ? JournalRecords.Print(inspector, parsed.GetValue(from) ?? 0, parsed.GetValue(count) ?? UsualCount, parsed.GetValue(json))
                    : Print(JournalSummary.Of(inspector), parsed.GetValue(json));
                return Task.FromResult(exitCode);
            });
        foreach (var option in new Option[] { records, from, count, json }) command.Add(option);
        command.Add(path);
        command.Validators.Add(result =>
        {
            if (result.GetValue(count) < 1) result.AddError("--count: must be at least 1.");
            if (!result.GetValue(records) && (result.GetValue(from) is not null || result.GetValue(count) is not null))
                result.AddError("--from and --count go with --records.");
        });
        return command;
    }

    private static int Print(JournalSummary summary, bool json)
    {
        if (json) JournalJson.Write(summary);
        else JournalTables.Write(summary);

        return summary.IsClean ? GatewayCommandLine.Done : GatewayCommandLine.Failed;
    }
}
