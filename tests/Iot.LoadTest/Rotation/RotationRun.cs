using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.SecureDevices;
using Iot.Testing;

namespace Iot.LoadTest.Rotation;

/// <summary>The CA is changed under a fleet that publishes: every device trusts what it was told and nothing else, and no message is lost.</summary>
internal sealed class RotationRun(RotationArguments arguments)
{
    private const int ShutOutDevices = 5;
    private const string FullHandshakes = "all drop and return, nobody publishes";

    private static readonly LoadPlan Messages = new() { Name = "rotation", Points = 1 };

    private readonly List<RotationStep> _steps = [];
    private readonly List<string> _differences = [];
    private TimeSpan _slowestShutOut;

    public async Task<RotationResult> RunAsync()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Surroundings { IsSecure = true, Program = arguments.Gateway });
        await using var fleet = new SecureFleet(gateway, Messages with { Connections = arguments.Devices }, TimeSpan.FromSeconds(5));
        await StepAsync("all are added and enrolled", fleet, gateway, fleet.EnrollAsync);
        fleet.Start();
        await StepAsync("all connect for the first time", fleet, gateway, () => fleet.BackAsync(fleet.Devices, [.. fleet.Devices.Select(_ => 0)]));
        await PublishAsync(fleet, gateway);
        await StepAsync($"{ShutOutDevices} are disabled and enabled", fleet, gateway, () => ShutOutAsync(fleet, gateway));
        await RotateAsync(fleet, gateway);
        await RetireAsync(fleet, gateway);
        await PublishAsync(fleet, gateway);
        await fleet.FinishAsync();
        var handshakes = _steps.First(step => step.Name.Equals(FullHandshakes, StringComparison.Ordinal));
        return new()
        {
            Devices = arguments.Devices,
            Steps = _steps,
            Differences = [.. _differences, .. fleet.DistrustedBy, .. await new FleetBooks(gateway, fleet).DifferencesAsync()],
            SlowestShutOut = _slowestShutOut,
            HandshakeCpu = handshakes.GatewayCpu,
            Sent = fleet.Tally.Figures,
            Resent = fleet.Devices.Sum(device => device.Resent),
            Readings = fleet.Devices.Sum(device => device.Acknowledged) * Messages.Readings,
            PubAck = fleet.Tally.PubAck,
        };
    }

    /// <summary>Half learn of the new root before they have to connect again, half after.</summary>
    private async Task RotateAsync(SecureFleet fleet, GatewayProcess gateway)
    {
        var old = fleet.Devices[0].Identity.Roots.Single();
        await StepAsync("ca rotate", fleet, gateway, () => PostAsync(gateway, "api/v1/ca/rotate"));
        await StepAsync("every second one renews", fleet, gateway, () => SecureFleet.EachAsync(fleet.Devices.Where((_, index) => index % 2 == 0), device => device.Identity.RenewAsync(newKey: false)));
        await StepAsync("all drop and return: half trust the old root alone, half both", fleet, gateway, fleet.DropAllAsync);
        Check(fleet.Devices.Count(device => device.Identity.Roots.Count() == 2) == (arguments.Devices + 1) / 2, "Not every second device was told two roots.");
        Check(fleet.Devices[1].Identity.Roots.SequenceEqual([old]), "A device that did not renew trusts another root than before.");
        await PublishAsync(fleet, gateway);
        Check(await StatusAsync(gateway, "api/v1/ca/retire") == HttpStatusCode.Conflict, "ca retire was not refused while half of the devices had not met the new root.");
        await StepAsync("the others renew, with new keys", fleet, gateway, () => SecureFleet.EachAsync(fleet.Devices.Where((_, index) => index % 2 == 1), device => device.Identity.RenewAsync(newKey: true)));
        await StepAsync("the gateway is killed and started, all return", fleet, gateway, () => RestartAsync(fleet, gateway));
    }

    private async Task RetireAsync(SecureFleet fleet, GatewayProcess gateway)
    {
        using var oldRoot = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(gateway.DataPath, "ca", "root.pem"));
        Check(await IsBelievedAsync(gateway, oldRoot), "Who trusts the old root alone did not believe the gateway before it was retired.");
        await StepAsync("ca retire", fleet, gateway, () => PostAsync(gateway, "api/v1/ca/retire"));
        Check(!await IsBelievedAsync(gateway, oldRoot), "Who trusts the old root alone still believed the gateway after it was retired.");
        await StepAsync("all drop and return", fleet, gateway, fleet.DropAllAsync);
        await StepAsync("every tenth renews and is told one root", fleet, gateway, () => SecureFleet.EachAsync(fleet.Devices.Where((_, index) => index % 10 == 0), device => device.Identity.RenewAsync(newKey: false)));
        Check(fleet.Devices[0].Identity.Roots.Count() == 1, "A device that renewed after the retirement was not told one root.");
        fleet.IsQuiet = true;
        await StepAsync(FullHandshakes, fleet, gateway, fleet.DropAllAsync);
        fleet.IsQuiet = false;
    }

    private Task PublishAsync(SecureFleet fleet, GatewayProcess gateway) => StepAsync("all publish", fleet, gateway, () => Task.Delay(arguments.Seconds));

    private async Task ShutOutAsync(SecureFleet fleet, GatewayProcess gateway)
    {
        foreach (var device in fleet.Devices.Take(ShutOutDevices))
        {
            var (asked, connections) = (Stopwatch.GetTimestamp(), device.Connections);
            await PostAsync(gateway, $"api/v1/registry/{device.Id}/disable");
            await Eventually.TrueAsync(() => !device.IsOn, $"{device.Id} is off");
            var took = Stopwatch.GetElapsedTime(asked, device.LostAt);
            if (took > _slowestShutOut) _slowestShutOut = took;
            await Task.Delay(TimeSpan.FromSeconds(1)); // it tries to come back, a few times
            Check(device.Connections == connections, $"{device.Id} was let in while it was disabled.");
            await PostAsync(gateway, $"api/v1/registry/{device.Id}/enable");
            await fleet.BackAsync([device], [connections]);
        }
    }

    private static async Task RestartAsync(SecureFleet fleet, GatewayProcess gateway)
    {
        var before = fleet.Devices.Select(device => device.Connections).ToList();
        await gateway.KillAsync();
        await gateway.StartAgainAsync();
        await fleet.BackAsync(fleet.Devices, before);
    }

    private async Task StepAsync(string name, SecureFleet fleet, GatewayProcess gateway, Func<Task> act)
    {
        Console.Error.WriteLine($"# {name}");
        fleet.Away.Clear();
        fleet.Handshakes.Clear();
        var (process, cpu, started) = (gateway.Process.Id, ProcessFigures.Of(gateway.Process.Id).Cpu, Stopwatch.GetTimestamp());
        await act();
        var used = ProcessFigures.Of(gateway.Process.Id).Cpu - (gateway.Process.Id == process ? cpu : TimeSpan.Zero);
        _steps.Add(new(name, Stopwatch.GetElapsedTime(started), used, LatencySpread.Of(fleet.Away), LatencySpread.Of(fleet.Handshakes)));
    }

    private void Check(bool holds, string difference)
    {
        if (!holds) _differences.Add(difference);
    }

    private static async Task PostAsync(GatewayProcess gateway, string path)
    {
        if (await StatusAsync(gateway, path) is var status && status != HttpStatusCode.OK) throw new InvalidOperationException($"{path} was answered with {(int)status}.");
    }

    private static async Task<HttpStatusCode> StatusAsync(GatewayProcess gateway, string path)
    {
        using var answer = await gateway.Http.PostAsync(new Uri(path, UriKind.Relative), content: null);
        return answer.StatusCode;
    }

    private static async Task<bool> IsBelievedAsync(GatewayProcess gateway, X509Certificate2 root)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = DeviceIdentity.Trusting([root]) } });
        try
        {
            using var answer = await http.GetAsync(new Uri(gateway.Http.BaseAddress!, "health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return false;
        }
    }
}
