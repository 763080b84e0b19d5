using System.Text.Json;
using System.Threading.Channels;
using Iot.Gateway.Reconciliation;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>POST /api/v1/ledger/reconcile?sink=&amp;device=&amp;from=&amp;to=&amp;full=</c>: a line for each step, then one with the result.</summary>
internal static class ReconcileEndpoint
{
    public static IResult Answer(string? sink, string? device, string? from, string? to, string? full, HttpContext http)
    {
        if (!TryRead(sink, device, from, to, full, out var question, out var problem)) return problem!;

        var reconciler = http.RequestServices.GetRequiredService<Reconciler>();
        if (reconciler.WhyNot(question) is { } why) return Problem.Refused(why);
        if (reconciler.TryEnter() is not { } turn) return Problem.Conflict("The books are being reconciled for somebody else: one at a time. Ask again when that is done.");

        return TypedResults.Stream(body => WriteAsync(body, reconciler, question, turn, http.RequestAborted), "application/x-ndjson");
    }

    private static bool TryRead(
        string? sink, string? device, string? from, string? to, string? full, out ReconcileQuestion question, out ProblemHttpResult? problem)
    {
        var (fromNs, toNs, only) = (ReconcileQuestion.EarliestNs, ReconcileQuestion.LatestNs, default(DeviceId));
        problem = true switch
        {
            _ when !string.IsNullOrEmpty(device) && !DeviceId.TryParse(device, out only) =>
                Problem.BadParameter("device", device, $"must be 1 to {DeviceId.MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit"),
            _ when !string.IsNullOrEmpty(from) && !TimeText.TryParse(from, out fromNs) => Problem.BadParameter("from", from, TimeText.Allowed),
            _ when !string.IsNullOrEmpty(to) && !TimeText.TryParse(to, out toNs) => Problem.BadParameter("to", to, TimeText.Allowed),
            _ when full is not (null or "" or "true" or "false") => Problem.BadParameter("full", full, "must be true or false"),
            _ => null,
        };
        question = new(string.IsNullOrEmpty(sink) ? null : sink, string.IsNullOrEmpty(device) ? null : only, fromNs, toNs, full is "true");
        return problem is null;
    }

    private static async Task WriteAsync(Stream body, Reconciler reconciler, ReconcileQuestion question, IDisposable turn, CancellationToken cancellation)
    {
        using var held = turn;
        var steps = Channel.CreateBounded<ReconcileProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var run = RunAsync(reconciler, question, steps.Writer, cancellation);
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancellation))
                await LineAsync(body, new(Progress: new(step.What, step.Share)), cancellation);
        }
        finally
        {
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its turn is not over before; what it threw is thrown below
        }

        await LineAsync(body, await run, cancellation);
    }

    /// <returns>The last line.</returns>
    private static async Task<ReconcileLineJson> RunAsync(
        Reconciler reconciler, ReconcileQuestion question, ChannelWriter<ReconcileProgress> steps, CancellationToken cancellation)
    {
        try
        {
            return new(Result: ReconcileJson.Of(await reconciler.RunAsync(question, new Steps(steps), cancellation)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(Error: e.Message); // the answer has begun, so it cannot be a status any more
        }
        finally
        {
            steps.Complete();
        }
    }

    private static async Task LineAsync(Stream body, ReconcileLineJson line, CancellationToken cancellation)
    {
        await JsonSerializer.SerializeAsync(body, line, ApiJson.Default.ReconcileLineJson, cancellation);
        await body.WriteAsync("\n"u8.ToArray(), cancellation);
        await body.FlushAsync(cancellation);
    }

    /// <summary>The newest step alone counts: a slow reader holds up nothing.</summary>
    private sealed class Steps(ChannelWriter<ReconcileProgress> steps) : IProgress<ReconcileProgress>
    {
        public void Report(ReconcileProgress value) => steps.TryWrite(value);
    }
}
