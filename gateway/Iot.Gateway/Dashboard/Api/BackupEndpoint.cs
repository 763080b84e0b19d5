using Iot.Gateway.Backups;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>POST /api/v1/backup</c>: the data directory as a tar file, streamed. One that breaks off has no manifest, and is refused by restore.</summary>
internal static class BackupEndpoint
{
    public static IResult Answer([FromServices] BackupDesk desk, HttpContext http)
    {
        if (desk.Hindrance is { } hindrance) return Problem.Unavailable(hindrance);
        if (desk.TryEnter() is not { } turn) return Problem.Conflict("A backup is being made for somebody else: one at a time. Ask again when that is done.");

        http.Response.RegisterForDispose(turn);
        return TypedResults.Stream(body => desk.WriteAsync(body, http.RequestAborted), "application/x-tar", "iot-gateway-backup.tar");
    }
}
