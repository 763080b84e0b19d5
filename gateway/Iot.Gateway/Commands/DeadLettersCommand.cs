using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.DeadLetters;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway dead-letters list|show|requeue|discard</c>: what was refused, why, its bytes, and what becomes of it.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("dead-letters", "Refused readings and messages: reason and bytes; requeue or discard them.")
    {
        List(settings), Show(settings), DeadLettersChange.Requeue(settings), DeadLettersChange.Discard(settings),
    };

    private static Command List(IReadOnlyList<string> settings)
    {
        var filter = new DeadLetterOptions();
        var state = new Option<string>("--state") { Description = "kept (default), requeued, discarded or all." };
        var limit = new Option<int>("--limit") { Description = "Most entries, 1 to 1000.", DefaultValueFactory = _ => DeadLettersParameters.MaxLimit };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = GatewayCommand.Create("list", "Newest first.", async (parsed, cancellation) =>
        {
            await using var letters = new DeadLettersSource(settings);
            var found = await letters.ListAsync(
                filter.Read(parsed) with { State = parsed.GetValue(state), Limit = parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture) }, cancellation);
            if (parsed.GetValue(json)) Terminal.Line(JsonSerializer.Serialize(found, ApiJson.Default.DeadLettersJson));
            else Print(found);
            return GatewayCommandLine.Done;
        });
        filter.AddTo(command);
        command.Add(state);
        command.Add(limit);
        command.Add(json);
        return command;
    }

    private static Command Show(IReadOnlyList<string> settings)
    {
        var id = new Argument<long>("id") { Description = "As 'list' prints it." };
        var command = GatewayCommand.Create("show", "One of them with its original bytes.", async (parsed, cancellation) =>
        {
            await using var letters = new DeadLettersSource(settings);
            var found = await letters.GetAsync(parsed.GetValue(id), cancellation);
            if (found is not null)
            {
                Print(found);
                return GatewayCommandLine.Done;
            }

            Terminal.Error($"No dead letter {parsed.GetValue(id)}. 'iot-gateway dead-letters list --state all' lists those there are.");
            return GatewayCommandLine.Failed;
        });
        command.Add(id);
        return command;
    }

    private static void Print(DeadLettersJson found) => Terminal.Table(
        ["id", "device", "at", "reason", "refused by", "state", "bytes", "detail"],
        [.. found.DeadLetters.Select(letter => (IReadOnlyList<string>)
        [
            letter.Id, letter.Device, letter.At, letter.Reason, letter.Sink ?? DeadLetter.Ingest, letter.State,
            letter.PayloadBytes.ToString(CultureInfo.InvariantCulture), letter.Detail,
        ])]);

    private static void Print(DeadLetterContentJson found)
    {
        var letter = found.DeadLetter;
        Terminal.Line($"device    {letter.Device}");
        Terminal.Line($"received  {letter.At}");
        Terminal.Line($"reason    {letter.Reason} {letter.Detail}".TrimEnd());
        Terminal.Line($"by        {letter.Sink ?? DeadLetter.Ingest}{(letter.Schema is null ? "" : $", schema {letter.Schema}")}");
        Terminal.Line($"state     {letter.State}");
        Terminal.Line($"reading   {letter.Reading?.ToString(CultureInfo.InvariantCulture) ?? "the whole message"}");
        if (letter.Epoch is not null) Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"batch     epoch {letter.Epoch}, seq {letter.Seq}"));
        Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"offset    {letter.Offset}"));
        if (found.Note is not null) Terminal.Line($"note      {found.Note}");
        Terminal.Line();
        Terminal.Bytes(found.Payload);
    }
}
