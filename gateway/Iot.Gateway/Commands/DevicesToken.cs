using System.CommandLine;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary><c>devices add</c> and <c>devices token</c>: a token, and what to run on the device.</summary>
internal static class DevicesToken
{
    public static Command Add(IReadOnlyList<string> settings)
    {
        var device = DevicesCommand.DeviceArgument();
        var type = new Option<string?>("--type") { Description = "Name of its schema." };
        var site = new Option<string?>("--site") { Description = "Where it stands." };
        var tags = new Option<string[]>("--tag") { Description = "NAME=VALUE; may be given several times." };
        var validFor = ValidFor();
        var command = GatewayCommand.Create("add", "Expect a device; prints a token that holds once, and the line to run on the device.", async (parsed, cancellation) =>
        {
            await using var desk = new DevicesDesk(settings);
            return Print(await desk.AddAsync(new()
            {
                Device = parsed.GetValue(device), Type = parsed.GetValue(type), Site = parsed.GetValue(site),
                Tags = Read(parsed.GetValue(tags) ?? []), ValidFor = parsed.GetValue(validFor),
            }, cancellation));
        });
        command.Add(device);
        foreach (var option in new Option[] { type, site, tags, validFor }) command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var tag in result.GetValue(tags) ?? [])
                if (tag.IndexOf('=', StringComparison.Ordinal) < 1) result.AddError($"--tag {tag}: must be NAME=VALUE.");
        });
        return command;
    }

    public static Command New(IReadOnlyList<string> settings)
    {
        var device = DevicesCommand.DeviceArgument();
        var validFor = ValidFor();
        var command = GatewayCommand.Create("token", "A new token for a device that has lost its key or its old token; when it is used, older certificates are revoked.", async (parsed, cancellation) =>
        {
            await using var desk = new DevicesDesk(settings);
            return Print(await desk.TokenAsync(parsed.GetValue(device)!, parsed.GetValue(validFor), cancellation));
        });
        command.Add(device);
        command.Add(validFor);
        return command;
    }

    private static Option<string?> ValidFor() => new("--valid-for") { Description = "How long the token holds: 15m, 1h, 7d. Default Ca:TokenLifetime." };

    /// <summary>Of a name that is given twice the last counts.</summary>
    private static Dictionary<string, string> Read(IEnumerable<string> tags)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags)
        {
            var at = tag.IndexOf('=', StringComparison.Ordinal);
            read[tag[..at]] = tag[(at + 1)..];
        }

        return read;
    }

    private static int Print(EnrollmentTokenJson token)
    {
        Terminal.Line($"Token for {token.Device}, until {token.Until}, once. It is shown only here. On the device run:");
        Terminal.Line();
        if (token.Install is not null)
        {
            Terminal.Line($"  {token.Install}");
            Terminal.Line();
            Terminal.Line("which installs the edge agent from this gateway, enrolls and starts it; or, where it is installed:");
            Terminal.Line();
        }

        Terminal.Line($"  {token.Command}");
        Terminal.Line();
        Terminal.Line($"It enrolls at {token.EnrollUrl} and trusts the CA whose root has the SHA-256 {token.Root}.");
        Terminal.Line("In a shell that knows no '<<<' leave '- <<<' out. Other devices POST {\"token\": …, \"csr\": …} there, the CSR in PEM.");
        if (new Uri(token.EnrollUrl).IsLoopback) Terminal.Line("That address is this machine's own: for devices elsewhere set Ca:EnrollUrl, then make a new token.");
        return GatewayCommandLine.Done;
    }
}
