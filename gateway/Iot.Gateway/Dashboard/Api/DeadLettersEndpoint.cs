using Iot.Gateway.DeadLetters;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/dead-letters</c>: what was refused; requeue what is accepted now, discard what is worth nothing.</summary>
internal static class DeadLettersEndpoint
{
    public static IResult List([AsParameters] DeadLettersParameters parameters, GatewayView view) =>
        parameters.TryRead(out var filter, out var problem)
            ? TypedResults.Ok(new DeadLettersJson([.. view.DeadLetters.List(filter).Select(DeadLetterJson.Of)]))
            : problem!;

    public static IResult Show(long id, GatewayView view) => view.DeadLetters.Get(id) is { } letter
        ? TypedResults.Ok(DeadLetterContentJson.Of(letter) with
        {
            Message = view.DeadLetters.Open(letter) is { } opened ? OpenedLetterJson.Of(opened, view.DeadLetters) : null,
        })
        : Unknown(id);

    /// <summary>By reason, whatever reason is asked for: the others are what one may ask for instead.</summary>
    public static IResult Groups([AsParameters] DeadLettersParameters parameters, GatewayView view) =>
        parameters.TryRead(out var filter, out var problem)
            ? TypedResults.Ok(new DeadLetterGroupsJson([.. view.DeadLetters.Groups(filter with { Reason = null }).Select(DeadLetterGroupJson.Of)]))
            : problem!;

    /// <summary>One; 409 when it cannot be requeued.</summary>
    public static async Task<IResult> RequeueOneAsync(long id, bool? dryRun, GatewayView view, CancellationToken cancellation)
    {
        var outcome = (await view.DeadLetters.RequeueAsync([id], dryRun ?? false, cancellation)).Single();
        return outcome.Result switch
        {
            RequeueResult.NotFound => Unknown(id),
            RequeueResult.SpoolFull => Problem.Unavailable(outcome.Detail),
            _ when outcome.IsDone => TypedResults.Ok(RequeueOutcomeJson.Of(outcome)),
            _ => Problem.Conflict(outcome.Detail),
        };
    }

    /// <summary>Those named, or a page of those that the parameters mean, the oldest first; the answer says where the next begins.</summary>
    public static async Task<IResult> RequeueAsync([AsParameters] DeadLettersParameters parameters, bool? dryRun, GatewayView view, CancellationToken cancellation)
    {
        if (!parameters.TryReadIds(out var ids, out var problem) || !parameters.TryRead(out var filter, out problem)) return problem!;

        string? next = null;
        if (ids is null)
        {
            var page = Page(view, filter);
            ids = [.. page.Select(letter => letter.Id)];
            next = Next(page, filter);
        }

        var outcomes = await view.DeadLetters.RequeueAsync([.. ids], dryRun ?? false, cancellation);
        return TypedResults.Ok(new RequeueJson([.. outcomes.OrderBy(outcome => outcome.Id).Select(RequeueOutcomeJson.Of)], next));
    }

    public static async Task<IResult> DiscardOneAsync(long id, GatewayView view, CancellationToken cancellation)
    {
        if (view.DeadLetters.Get(id) is not { } letter) return Unknown(id);
        if (letter.State == LetterState.Requeued) return Problem.Conflict($"Dead letter {id} was requeued: there is nothing left to discard.");

        await view.DeadLetters.DiscardAsync([letter.Letter.Key], cancellation);
        return TypedResults.Ok(new DiscardJson(letter.State == LetterState.Kept ? 1 : 0, Next: null));
    }

    /// <inheritdoc cref="RequeueAsync"/>
    public static async Task<IResult> DiscardAsync([AsParameters] DeadLettersParameters parameters, GatewayView view, CancellationToken cancellation)
    {
        if (!parameters.TryReadIds(out var ids, out var problem) || !parameters.TryRead(out var filter, out problem)) return problem!;

        var page = ids is null ? Page(view, filter) : [.. ids.Select(view.DeadLetters.Get).OfType<KeptDeadLetter>()];
        var discarded = await view.DeadLetters.DiscardAsync([.. page.Select(letter => letter.Letter.Key)], cancellation);
        return TypedResults.Ok(new DiscardJson(discarded, ids is null ? Next(page, filter) : null));
    }

    private static IReadOnlyList<KeptDeadLetter> Page(GatewayView view, DeadLetterFilter filter) =>
        view.DeadLetters.List(filter with { State = LetterState.Kept, OldestFirst = true });

    private static string? Next(IReadOnlyList<KeptDeadLetter> page, DeadLetterFilter filter) =>
        page.Count < filter.Limit ? null : DeadLetterJson.IdText(page[^1].Id);

    private static ProblemHttpResult Unknown(long id) => Problem.NotFound($"There is no dead letter {id}. /api/v1/dead-letters lists those that wait; ?state=all those dealt with, too.");
}
