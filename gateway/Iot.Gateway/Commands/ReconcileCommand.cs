using System.Globalization;
using System.Text.Json;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.Reconciliation;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway ledger --reconcile</c>: counts the sinks against the books, through the running gateway or on its files.</summary>
internal static class ReconcileCommand
{
    /// <returns>0 only when everything asked for was counted and nothing differs.</returns>
    public static async Task<int> RunAsync(ReconcileQuestion question, bool json, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        using var client = GatewayClient.Of(gateway.Services);
        using var answer = await client.SendAsync(HttpMethod.Post, PathOf(question), null, cancellation);
        var line = answer is null
            ? await OnFilesAsync(question, gateway.Services, cancellation)
            : await FollowAsync(await answer.Content.ReadAsStreamAsync(cancellation), cancellation);

        Terminal.Progress("");
        if (line.Result is not { } result)
        {
            Terminal.Error(line.Error ?? "The gateway ended before it had counted everything. Ask again when it is back.");
            return GatewayCommandLine.Failed;
        }

        if (json) Terminal.Line(JsonSerializer.Serialize(result, ApiJson.Default.ReconcileJson));
        else ReconcileText.Print(result);
        return result.Proven ? GatewayCommandLine.Done : GatewayCommandLine.Failed;
    }

    private static string PathOf(ReconcileQuestion question)
    {
        var parameters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["sink"] = question.Sink,
            ["device"] = question.Device?.Value,
            ["from"] = question.FromNs == ReconcileQuestion.EarliestNs ? null : TimeText.Format(question.FromNs),
            ["to"] = question.ToNs == ReconcileQuestion.LatestNs ? null : TimeText.Format(question.ToNs),
            ["full"] = question.Full ? "true" : null,
        };
        return "/api/v1/ledger/reconcile?" + string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!)}"));
    }

    /// <returns>The last line, or an empty one when the answer was broken off.</returns>
    private static async Task<ReconcileLineJson> FollowAsync(Stream answer, CancellationToken cancellation)
    {
        using var reader = new StreamReader(answer);
        while (await NextLineAsync(reader, cancellation) is { } text)
        {
            var line = JsonSerializer.Deserialize(text, ApiJson.Default.ReconcileLineJson)!;
            if (line.Progress is not { } step) return line;

            Show(step);
        }

        return new();
    }

    private static async Task<string?> NextLineAsync(StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (HttpIOException)
        {
            return null; // the gateway is gone: said by the caller
        }
    }

    /// <summary>No gateway runs, so the spool is free: opening it keeps others away until we are done.</summary>
    private static async Task<ReconcileLineJson> OnFilesAsync(ReconcileQuestion question, IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<Bookkeeper>().RecoverAsync(cancellation);
        var data = services.GetRequiredService<DataOptions>();
        var store = new Lazy<StoreDatabase>(() => StoreDatabase.OpenToRead(data.StorePath, services.GetRequiredService<EmbeddedOptions>(), Path.GetTempPath()));
        try
        {
            using var reconciler = ActivatorUtilities.CreateInstance<Reconciler>(services, SinkContents.Of(services, () => store.Value));
            if (reconciler.WhyNot(question) is { } why) return new(Error: why);

            var result = ReconcileJson.Of(await reconciler.RunAsync(question, new Shown(), cancellation));
            await LocalAct.WriteAsync(services, AuditAct.LedgerReconcile, PathOf(question), result.Proven ? "proven" : "not proven", cancellation);
            return new(Result: result);
        }
        finally
        {
            if (store.IsValueCreated) store.Value.Dispose();
        }
    }

    private static void Show(ReconcileProgressJson step) =>
        Terminal.Progress(step.Share is { } share ? string.Create(CultureInfo.InvariantCulture, $"{step.What}: {share * 100:0} %") : $"{step.What} …");

    private sealed class Shown : IProgress<ReconcileProgress>
    {
        public void Report(ReconcileProgress value) => Show(new(value.What, value.Share));
    }
}
