using Iot.Gateway.Audit;

namespace Iot.Gateway.Commands;

/// <summary>Tells the audit log what a command did to the files of a gateway that does not run; a running one tells it itself.</summary>
internal static class LocalAct
{
    public static async Task WriteAsync(IServiceProvider services, AuditAct act, string on, string detail, CancellationToken cancellation)
    {
        var audit = services.GetRequiredService<AuditTrail>();
        audit.Begin();
        await audit.WriteAsync(new(act, $"local:{Environment.UserName}", "command line", on, Detail: detail), cancellation);
        if (audit.Problem is { } problem) Terminal.Error($"It is done, and the audit log does not know: {problem}");
    }
}
