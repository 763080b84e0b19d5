using System.CommandLine;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway ca show|rotate|retire</c>: who signs certificates.</summary>
internal static class CaCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var force = new Option<bool>("--force") { Description = "Also when active devices would be cut off by it." };
        var retire = GatewayCommand.Create("retire", "End a rotation: the root before is not trusted any more.", async (parsed, cancellation) =>
        {
            await using var desk = new DevicesDesk(settings);
            return Print(await desk.RetireCaAsync(parsed.GetValue(force), cancellation));
        });
        retire.Add(force);
        return new("ca", "Who signs certificates: its root, and the change to a new one.")
        {
            GatewayCommand.Create("show", "The root in force, and how a rotation stands.", async (_, cancellation) =>
            {
                await using var desk = new DevicesDesk(settings);
                return Print(await desk.CaAsync(cancellation));
            }),
            GatewayCommand.Create("rotate", "A new root signs from now on; the one before stays trusted until it is retired. No device is cut off.", async (_, cancellation) =>
            {
                await using var desk = new DevicesDesk(settings);
                return Print(await desk.RotateCaAsync(cancellation));
            }),
            retire,
        };
    }

    private static int Print(CaJson ca)
    {
        Terminal.Line($"root      {ca.Root}, until {ca.Until}");
        Terminal.Line($"signs     until {ca.IssuingUntil}");
        if (ca.Previous is null)
        {
            Terminal.Line($"devices   {ca.Active} with a certificate");
            return GatewayCommandLine.Done;
        }

        Terminal.Line($"before    {ca.Previous}, still trusted");
        Terminal.Line($"devices   {ca.Active} with a certificate, {ca.NotMet} of them have not met the new root{(ca.NotMet > 0 ? ": " + string.Join(", ", ca.NotMetDevices) : "")}");
        if (ca.WithPassword > 0) Terminal.Line($"          {ca.WithPassword} with a password: whether they trust the new root only they know; give it to them: /api/v1/enroll/roots");
        Terminal.Line(ca.NotMet > 0
            ? "They meet it when they renew, after two thirds of their certificate's life. Then: iot-gateway ca retire"
            : "All have met the new one. The one before can go: iot-gateway ca retire");
        return GatewayCommandLine.Done;
    }
}
