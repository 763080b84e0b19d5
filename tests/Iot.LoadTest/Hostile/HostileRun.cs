using System.Globalization;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.SecureDevices;
using Iot.Testing;

namespace Iot.LoadTest.Hostile;

/// <summary>A fleet over TLS that behaves, measured alone and under attack.</summary>
internal sealed class HostileRun(HostileArguments arguments)
{
    private const int FloodingAddresses = 4;

    private static readonly LoadPlan Messages = new() { Name = "hostile", Points = 1 };

    /// <summary>The fleet comes from 127.0.0.1; what comes from elsewhere is limited as it is by default.</summary>
    private static readonly string[] Settings = ["--Limits:TrustedAddresses", "127.0.0.1", "--Limits:SeriesPerDevice", "50", "--Limits:MessagesPerSecondPerDevice", "100", "--Limits:Burst", "00:00:01"];

    private int _opened;

    public async Task<HostileResult> RunAsync()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Surroundings { IsSecure = true, Program = arguments.Gateway }, Settings);
        await using var fleet = new SecureFleet(gateway, Messages with { Connections = arguments.Devices }, TimeSpan.FromMilliseconds(500));
        await fleet.EnrollAsync();
        fleet.Start();
        await fleet.BackAsync(fleet.Devices, [.. fleet.Devices.Select(_ => 0)]);
        await Task.Delay(TimeSpan.FromSeconds(10)); // the compiler settles
        var before = await MeasureAsync("before", fleet, gateway, () => Task.Delay(arguments.Attack / 4));
        var during = await MeasureAsync("under attack", fleet, gateway, () => AttackAsync(gateway));
        var after = await MeasureAsync("after", fleet, gateway, () => Task.Delay(arguments.Attack / 4));
        await fleet.FinishAsync();
        return new()
        {
            Phases = [before, during, after],
            Opened = _opened,
            Refused = await RefusedAsync(gateway),
            Lost = [.. fleet.DistrustedBy, .. await new FleetBooks(gateway, fleet).DifferencesAsync()],
            Reconnects = fleet.Devices.Sum(device => device.Connections - 1),
            Sent = fleet.Tally.Figures,
        };
    }

    private static async Task<HostilePhase> MeasureAsync(string name, SecureFleet fleet, GatewayProcess gateway, Func<Task> act)
    {
        Console.Error.WriteLine($"# {name}");
        fleet.Tally.PubAck.Clear();
        var cpu = ProcessFigures.Of(gateway.Process.Id).Cpu;
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await act();
        var now = ProcessFigures.Of(gateway.Process.Id);
        return new(name, System.Diagnostics.Stopwatch.GetElapsedTime(started), fleet.Tally.PubAck.Count, LatencySpread.Of(fleet.Tally.PubAck), now.Cpu - cpu, now.RssBytes);
    }

    private async Task AttackAsync(GatewayProcess gateway)
    {
        using var stopping = new CancellationTokenSource(arguments.Attack);
        using var names = await EnrollAsync(gateway, "mad-names");
        using var bytes = await EnrollAsync(gateway, "mad-bytes");
        var floods = Enumerable.Range(1, FloodingAddresses).Select(source => new HandshakeFlood(gateway.MqttTlsPort, (byte)source)).ToList();
        await Task.WhenAll(
        [
            new MadDevice("mad-names", names, gateway.MqttTlsPort, RandomNames).RunAsync(stopping.Token),
            new MadDevice("mad-bytes", bytes, gateway.MqttTlsPort, _ => "{]").RunAsync(stopping.Token),
            .. floods.Select(flood => Task.Run(() => flood.RunAsync(stopping.Token))),
            Task.Run(() => StrangersAsync(gateway, stopping.Token)),
        ]);
        _opened += floods.Sum(flood => flood.Finished + flood.CutOff);
    }

    /// <summary>10,000 connections a round, from 200 addresses and from one: silent, half, garbled, idle.</summary>
    private async Task StrangersAsync(GatewayProcess gateway, CancellationToken stopping)
    {
        byte[] halfHello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3];
        while (!stopping.IsCancellationRequested)
        {
            using var plain = new Attack(gateway.MqttPort, net: 1, addresses: 200);
            using var tls = new Attack(gateway.MqttTlsPort, net: 2, addresses: 200);
            using var single = new Attack(gateway.MqttTlsPort, net: 4, addresses: 1);
            foreach (var (attack, words) in new (Attack, Func<int, byte[]>)[]
            {
                (plain, _ => []), (plain, i => Attack.Connect($"never-done-{i}")[..^3]), (plain, i => Attack.Connect($"nobody-{i}")),
                (tls, _ => []), (tls, _ => halfHello), (tls, _ => "GET / HTTP/1.1\r\n\r\n"u8.ToArray()), (tls, i => Attack.Connect($"no-tls-{i}")), (single, _ => halfHello),
            })
            {
                if (stopping.IsCancellationRequested) return;

                await attack.OpenAsync(1250, words);
                _opened += 1250;
            }
        }
    }

    private static string RandomNames(int number) => string.Create(
        CultureInfo.InvariantCulture, $$"""[{"epoch":"00000000000bad00","seq":{{number + 1}},"n":"{{Guid.NewGuid():N}}","v":1},{"n":"good","v":{{number}}}]""");

    private static async Task<DeviceIdentity> EnrollAsync(GatewayProcess gateway, string device)
    {
        var identity = new DeviceIdentity(device, gateway.Http.BaseAddress!);
        await SecureFleet.EnrollAsync(gateway, device, identity);
        return identity;
    }

    private static async Task<IReadOnlyDictionary<string, long>> RefusedAsync(GatewayProcess gateway)
    {
        var text = await gateway.Http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return text.Split('\n').Where(line => line.StartsWith("iot_gateway_mqtt_refusals_total{", StringComparison.Ordinal))
            .Select(line => (Reason: line.Split("reason=\"")[1].Split('"')[0], Count: (long)double.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture)))
            .Where(line => line.Count > 0).ToDictionary(line => line.Reason, line => line.Count);
    }
}
