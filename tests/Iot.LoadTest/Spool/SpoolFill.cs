using Iot.LoadTest.Devices;
using Iot.Testing;

namespace Iot.LoadTest.Spool;

/// <summary>Fills the spool as devices do: over MQTT, each message acknowledged.</summary>
internal static class SpoolFill
{
    /// <summary>JSON with names as long as a plant's: 107 bytes a reading.</summary>
    public static LoadPlan Plan { get; } = new()
    {
        Name = "spool", Payload = PayloadKind.Json, Connections = 50,
        FieldName = "line_3_cell_12_press_2_hydraulics_main_pump_drive_end_bearing_temperature_celsius",
    };

    /// <summary>Complete once the books hold all of it.</summary>
    public static async Task PublishAsync(SpoolGateway gateway, int messages)
    {
        var before = await gateway.AcceptedAsync();
        await using var fleet = new Fleet(Plan);
        await fleet.ConnectAsync(gateway.Port);
        await fleet.SendAsync(messages / Plan.Connections);
        var sent = fleet.Tally.Figures;
        if (sent.Refused > 0) throw new IOException($"{sent.Refused} of {sent.Sent} messages were refused.");

        await Eventually.TrueAsync(
            async () => await gateway.AcceptedAsync() - before == sent.Sent * Plan.Readings, "all that was sent is in the books", TimeSpan.FromMinutes(10));
    }
}
