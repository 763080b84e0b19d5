using System.Text.Json;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/devices/{id}/config</c>: what a device is to be configured as, and what it made of it.</summary>
internal static class ConfigEndpoints
{
    private const string Allowed = "must be a JSON object of settings, such as {\"Batching\": {\"MaxAge\": \"00:00:05\"}}, {} for none";

    private static readonly string TooLong = $"it has more than {DeviceConfigs.MaxSettingsBytes} bytes; no device reads that many";

    public static void Map(RouteGroupBuilder config)
    {
        config.MapGet("", (string id, [FromServices] DeviceConfigs configs, [FromServices] KnownDevices known, GatewayView view) =>
                Show(id, configs, device => known.Contains(device) || view.BooksOf(device) is not null)).WithSummary("What the device is to be configured as, and what it said became of it.").Produces<DeviceConfigJson>().ProducesProblem(404);
        config.MapPut("", PutAsync).WithSummary("Desires these settings over those of the device's own files, as a new version.")
            .Accepts<JsonElement>("application/json", "*/*").Produces<DeviceConfigJson>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(415)
            .Audited(AuditAct.DeviceConfig).Needs(Role.Operator);
        config.MapDelete("", (string id, [FromServices] DeviceConfigs configs, [FromServices] KnownDevices known) => SetAsync(id, "{}", configs, known))
            .WithSummary("Desires nothing any more: the device's own files count.").Produces<DeviceConfigJson>().ProducesProblem(404)
            .Audited(AuditAct.DeviceConfig).Needs(Role.Operator);
    }

    /// <param name="isKnown">Whether there is such a device, when nothing was ever desired of it.</param>
    public static IResult Show(string id, DeviceConfigs configs, Func<DeviceId, bool> isKnown)
    {
        if (!DeviceId.TryParse(id, out var device)) return RegistryEndpoints.None(id);
        if (configs.Find(device) is { } found) return TypedResults.Ok(DeviceConfigJson.Of(found));

        return isKnown(device) ? TypedResults.Ok(DeviceConfigJson.Of(new(device, 0, "{}", default, null, null))) : RegistryEndpoints.None(id);
    }

    private static async Task<IResult> PutAsync(HttpContext http, string id, [FromServices] DeviceConfigs configs, [FromServices] KnownDevices known)
    {
        if (!http.Request.HasJsonContentType()) return Problem.WrongMediaType("The body must be JSON: Content-Type: application/json.");

        return await ReadAsync(http) is { } settings
            ? await SetAsync(id, settings, configs, known)
            : Problem.BadParameter("body", null, TooLong);
    }

    /// <param name="settings">JSON of anybody.</param>
    public static async Task<IResult> SetAsync(string id, string settings, DeviceConfigs configs, KnownDevices known)
    {
        if (Compact(settings, out var whyNot) is not { } compact) return Problem.BadParameter("body", null, whyNot);
        if (!DeviceId.TryParse(id, out var device) || (!known.Contains(device) && configs.Find(device) is null)) return RegistryEndpoints.None(id);

        return TypedResults.Ok(DeviceConfigJson.Of(await configs.SetAsync(device, compact)));
    }

    /// <returns>Null when it is longer than any device reads.</returns>
    private static async Task<string?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > DeviceConfigs.MaxSettingsBytes) return null;

        var buffer = new byte[DeviceConfigs.MaxSettingsBytes + 1];
        var read = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        return read > DeviceConfigs.MaxSettingsBytes ? null : System.Text.Encoding.UTF8.GetString(buffer, 0, read);
    }

    private static string? Compact(string settings, out string whyNot)
    {
        whyNot = Allowed;
        try
        {
            using var document = JsonDocument.Parse(settings, new JsonDocumentOptions { MaxDepth = 16 });
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;

            var compact = CompactJson.Of(document.RootElement);
            if (System.Text.Encoding.UTF8.GetByteCount(compact) <= DeviceConfigs.MaxSettingsBytes) return compact;

            whyNot = TooLong;
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            whyNot = $"{Allowed}; {e.Message}";
            return null;
        }
    }
}

/// <param name="Version">0: nobody has desired anything.</param>
/// <param name="SetAt">When it was desired.</param>
/// <param name="State">Of this version: <c>none</c>, <c>pending</c> (the device has not answered yet), else what the device says: <c>trial</c>, <c>applied</c>, <c>refused</c>, <c>rolledBack</c>; any other word of it is <c>unknown</c>.</param>
/// <param name="Reported">The device's last report as it is.</param>
internal sealed record DeviceConfigJson(string Device, long Version, JsonElement Settings, string? SetAt, string State, JsonElement? Reported, string? ReportedAt)
{
    private const string Unknown = "unknown";
    private static readonly string[] States = ["trial", "applied", "refused", "rolledBack"];

    public static DeviceConfigJson Of(DeviceConfig config)
    {
        var reported = config.Reported is { } text ? Readable(text) : null;
        return new(
            config.Device.Value, config.Version, JsonElement.Parse(config.Settings), config.Version == 0 ? null : RegisteredDeviceJson.Time(config.SetAt),
            config.Reported is not null && reported is null ? Unknown : StateOf(config.Version, reported), reported, config.ReportedAt is { } at ? RegisteredDeviceJson.Time(at) : null);
    }

    private static string StateOf(long version, JsonElement? reported)
    {
        if (version == 0) return "none";
        if (reported is not { } report || !report.TryGetProperty("version", out var about) || about.ValueKind != JsonValueKind.Number || !about.TryGetInt64(out var number) || number != version) return "pending";

        return report.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.String ? States.FirstOrDefault(state.ValueEquals) ?? Unknown : "pending";
    }

    /// <summary>Null: one that an older gateway kept, with half a character in it.</summary>
    private static JsonElement? Readable(string text)
    {
        var report = JsonElement.Parse(text);
        try
        {
            CompactJson.Of(report);
            return report;
        }
        catch (InvalidOperationException)
        {
            return null; // shown as unknown; the device's next report replaces it
        }
    }
}
