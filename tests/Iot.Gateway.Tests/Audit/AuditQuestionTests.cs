using Iot.Gateway.Audit;

namespace Iot.Gateway.Tests.Audit;

public class AuditQuestionTests
{
    [Theory]
    [InlineData("pump-7", "v1/devices/other/telemetry", true)]
    [InlineData("user:ada", "POST /api/v1/registry/pump-7/disable", true)]
    [InlineData("user:ada", "PUT /api/v1/devices/pump-7/config", true)]
    [InlineData("user:ada", "POST /api/v1/replays?sink=Embedded&device=pump-7", true)]
    [InlineData("client", "v1/devices/pump-7/telemetry", true)]
    [InlineData("user:ada", "POST /api/v1/registry/pump-77/disable", false)]
    [InlineData("pump-70", null, false)]
    public void A_device_is_meant_by_what_it_did_and_by_what_was_done_to_it(string who, string? on, bool isMeant) =>
        Assert.Equal(isMeant, new AuditQuestion { Device = "pump-7" }.Means(new(1, "2026-01-01T00:00:00Z", "act", who, null, on, "ok", null, null, null, "", null, "")));
}
