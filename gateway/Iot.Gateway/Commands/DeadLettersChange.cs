using System.CommandLine;
using System.Globalization;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary><c>dead-letters requeue</c> and <c>discard</c>: by id, or all that the options mean.</summary>
internal static class DeadLettersChange
{
    private const int MostPrinted = 20;

    public static Command Requeue(IReadOnlyList<string> settings)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would become of each, and change nothing." };
        var command = Create(
            "requeue", "Judge them again under the schemas of now, and deliver what is accepted. Twice is the same as once.",
            (parsed, which, cancellation) => RequeueAsync(settings, which, parsed.GetValue(dryRun), cancellation));
        command.Add(dryRun);
        return command;
    }

    public static Command Discard(IReadOnlyList<string> settings) => Create(
        "discard", "Give them up, their bytes too. They still count as refused.",
        (_, which, cancellation) => DiscardAsync(settings, which, cancellation));

    private static Command Create(string name, string description, Func<ParseResult, DeadLettersParameters, CancellationToken, Task<int>> action)
    {
        var filter = new DeadLetterOptions();
        var ids = new Argument<long[]>("id") { Description = "As 'list' prints them.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All that wait." };
        var command = GatewayCommand.Create(name, description, (parsed, cancellation) => action(parsed, filter.Read(parsed) with
        {
            Ids = parsed.GetValue(ids) is { Length: > 0 } given ? string.Join(',', given.Select(id => id.ToString(CultureInfo.InvariantCulture))) : null,
        }, cancellation));
        command.Add(ids);
        command.Add(all);
        filter.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(ids) is not { Length: > 0 } && !result.GetValue(all) && !filter.IsAnyGiven(result))
                result.AddError("Say which: ids, --all, or --device, --reason, --sink, --from, --to.");
        });
        return command;
    }

    private static async Task<int> RequeueAsync(IReadOnlyList<string> settings, DeadLettersParameters which, bool isDryRun, CancellationToken cancellation)
    {
        await using var letters = new DeadLettersSource(settings);
        var results = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var printed = 0;
        var after = "0";
        while (after is not null)
        {
            var page = await letters.RequeueAsync(which with { After = after, Limit = DeadLettersParameters.MaxLimit.ToString(CultureInfo.InvariantCulture) }, isDryRun, cancellation);
            foreach (var outcome in page.Outcomes)
            {
                results[outcome.Result] = results.GetValueOrDefault(outcome.Result) + 1;
                if (which.Ids is not null || (outcome.Result is not "requeued" && printed++ < MostPrinted)) Terminal.Line($"{outcome.Id}  {outcome.Result}  {outcome.Detail}");
            }

            after = page.Next;
        }

        if (printed > MostPrinted) Terminal.Line($"… and {printed - MostPrinted} more that were not requeued.");
        Terminal.Line(Summary(results, isDryRun));
        return results.Keys.All(result => result is "requeued" or "was_requeued") ? GatewayCommandLine.Done : GatewayCommandLine.Failed;
    }

    private static string Summary(SortedDictionary<string, int> results, bool isDryRun) => results.Count == 0
        ? "No dead letter waits that would be meant."
        : (isDryRun ? "Would be: " : "") + string.Join(", ", results.Select(result => $"{result.Value} {result.Key.Replace('_', ' ')}")) + ".";

    private static async Task<int> DiscardAsync(IReadOnlyList<string> settings, DeadLettersParameters which, CancellationToken cancellation)
    {
        await using var letters = new DeadLettersSource(settings);
        var discarded = 0;
        var after = "0";
        while (after is not null)
        {
            var page = await letters.DiscardAsync(which with { After = after, Limit = DeadLettersParameters.MaxLimit.ToString(CultureInfo.InvariantCulture) }, cancellation);
            discarded += page.Discarded;
            after = page.Next;
        }

        Terminal.Line($"{discarded} discarded.");
        return GatewayCommandLine.Done;
    }
}
