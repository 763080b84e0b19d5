using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Live;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>Every path of the API.</summary>
internal static class ApiRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").Needs(Role.Viewer);
        api.MapGet("/devices", BooksEndpoints.Devices).WithSummary("Every device that has ever spoken: state, last seen, books.");
        api.MapGet("/devices/{id}", BooksEndpoints.Device).WithSummary("One device.").Produces<DeviceJson>().ProducesProblem(404);
        ConfigEndpoints.Map(api.MapGroup("/devices/{id}/config"));
        api.MapGet("/fleet", FleetEndpoint.Answer).WithSummary("Every device that is registered or has ever spoken: found, sorted, page by page; with format=csv all that match.")
            .Produces<FleetPage>(200, "application/json", "text/csv").ProducesProblem(400);
        QueryRoutes.Map(api);
        api.MapGet("/ledger", BooksEndpoints.Ledger).WithSummary("The books of every device, in readings, and every gap in its sequence.");
        api.MapGet("/ledger/{device}", BooksEndpoints.LedgerOf).WithSummary("The books of one device.").Produces<BooksJson>().ProducesProblem(404)
            .Example("one", "The books of one device", ("device", "pump-7"));
        api.MapPost("/ledger/reconcile", ReconcileEndpoint.Answer).WithSummary("Counts the journal and the sinks anew and names what differs; progress, then the result, a JSON object a line.")
            .Produces<ReconcileLineJson>(200, "application/x-ndjson").ProducesProblem(400).ProducesProblem(409).Audited(AuditAct.LedgerReconcile).Needs(Role.Operator);
        MapDeadLetters(api.MapGroup("/dead-letters").Needs(Role.Operator));
        RegistryEndpoints.Map(api.MapGroup("/registry"));
        CaEndpoints.Map(api.MapGroup("/ca").Needs(Role.Operator));
        EnrollEndpoints.Map(api.MapGroup("/enroll"));
        UsersEndpoints.Map(api.MapGroup("/users").Needs(Role.Admin));
        KeysEndpoints.Map(api.MapGroup("/keys").Needs(Role.Admin));
        SetupEndpoint.Map(api);
        api.MapGet("/replays", ReplaysEndpoints.All).WithSummary("The running or the last replay of each sink.").Needs(Role.Operator);
        api.MapGet("/replays/{sink}", ReplaysEndpoints.One).WithSummary("How the replay to a sink stands.").Produces<ReplayJson>().ProducesProblem(404).Needs(Role.Operator);
        api.MapPost("/replays", ReplaysEndpoints.StartAsync).WithSummary("Sends a range of the journal to a sink again, or counts it.")
            .Accepts<ReplayParameters>("application/json", "*/*") // others are told so, not that there is no such path
           .Produces<ReplayJson>(202).ProducesProblem(400).ProducesProblem(409).ProducesProblem(415).Audited(AuditAct.ReplayStart).Needs(Role.Operator);
        api.MapDelete("/replays/{sink}", ReplaysEndpoints.Cancel).WithSummary("Ends a replay: no more of its range is sent.").Produces<ReplayJson>().ProducesProblem(404).Audited(AuditAct.ReplayCancel).Needs(Role.Operator);
        api.MapPost("/backup", BackupEndpoint.Answer).WithSummary("Everything the gateway keeps, the keys of its CA too, as one tar file; whole when manifest.json is its last entry.")
            .Produces<byte[]>(200, "application/x-tar").ProducesProblem(409).Audited(AuditAct.BackupMake).Needs(Role.Admin);
        api.MapGet("/audit", AuditEndpoint.List).WithSummary("Who did what, newest first.").Produces<AuditPage>().ProducesProblem(400).Needs(Role.Admin);
        api.MapGet("/audit/verify", AuditEndpoint.VerifyAsync).WithSummary("Reads the whole log again: every hash, the chain, every signature.").Produces<AuditVerdictJson>().ProducesProblem(409).Needs(Role.Admin);
        api.MapGet("/audit/export", AuditEndpoint.Export).WithSummary("Every line as it stands, of the files that hold something since then.").Produces<string>(200, "application/x-ndjson").ProducesProblem(400).Needs(Role.Admin);
        api.MapGet("/security-events", SecurityEventsEndpoint.List).WithSummary("What the detectors have seen since the start, newest first.").Produces<SecurityEventsJson>().ProducesProblem(400)
            .Needs(Role.Operator);
        api.MapGet("/live", Live)
            .WithSummary("Server-sent events: overview, and either fleet, a page of the devices as /fleet gives it (list), one device with its gaps and its values as they arrive (device), the values of some devices (values), or for operators what goes on with the sinks (sinks).")
            .Produces<string>(200, "text/event-stream").ProducesProblem(400);
        routes.MapOpenApi("/api/v1/openapi.json").Needs(Role.Viewer);
        routes.Map("/api/{**rest}", (HttpContext http) => Problem.NotFound(
            $"There is no {http.Request.Method} {http.Request.Path}. /api/v1/openapi.json lists what there is.")).Needs(Role.Viewer).ExcludeFromDescription();
    }

    private static IResult Live([AsParameters] LiveParameters asked, [AsParameters] FleetParameters list, HttpContext http, LiveStream live) =>
        asked.TryRead(list, Caller.Of(http), out var question, out var problem) ? live.Answer(question, http) : problem!;

    private static void MapDeadLetters(RouteGroupBuilder letters)
    {
        letters.MapGet("", DeadLettersEndpoint.List).WithSummary("What was refused, newest first.").Produces<DeadLettersJson>().ProducesProblem(400);
        letters.MapGet("/groups", DeadLettersEndpoint.Groups).WithSummary("How many the parameters mean, by reason.").Produces<DeadLetterGroupsJson>().ProducesProblem(400);
        letters.MapGet("/{id:long}", DeadLettersEndpoint.Show).WithSummary("One dead letter with its bytes.").Produces<DeadLetterContentJson>().ProducesProblem(404);
        letters.MapPost("/{id:long}/requeue", DeadLettersEndpoint.RequeueOneAsync).WithSummary("Judges it again under the schema of now and delivers it when it is accepted. Twice is the same as once.")
            .Produces<RequeueOutcomeJson>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(503).Audited(AuditAct.DeadLettersRequeue);
        letters.MapPost("/{id:long}/discard", DeadLettersEndpoint.DiscardOneAsync).WithSummary("Gives it up, its bytes too; it still counts as refused.")
            .Produces<DiscardJson>().ProducesProblem(404).ProducesProblem(409).Audited(AuditAct.DeadLettersDiscard);
        letters.MapPost("/requeue", DeadLettersEndpoint.RequeueAsync).WithSummary("Requeues those that the parameters mean, a page at a time, the oldest first.")
            .Produces<RequeueJson>().ProducesProblem(400).Audited(AuditAct.DeadLettersRequeue);
        letters.MapPost("/discard", DeadLettersEndpoint.DiscardAsync).WithSummary("Discards those that the parameters mean, a page at a time, the oldest first.")
            .Produces<DiscardJson>().ProducesProblem(400).Audited(AuditAct.DeadLettersDiscard);
    }
}
