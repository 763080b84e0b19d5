using System.Globalization;
using Iot.Gateway.Delivery;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>5xx, timeout, reset in mid-body, connection refused, DNS gone: retried, the circuit opens, one write probes, it closes, all is stored.</summary>
public sealed class OutageTests
{
    private static readonly string[] QuickTimeout = ["Timeout=00:00:00.200", "Circuit:Sampling=00:00:05"];

    public static TheoryData<string, string> Faults
    {
        get
        {
            var faults = new TheoryData<string, string>();
            foreach (var style in new[] { "V1", "V2", "V3" })
                foreach (var fault in new[] { "500", "502", "503", "silent", "reset", "reset in mid-body", "cut answer" }) faults.Add(style, fault);

            return faults;
        }
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task While_it_lasts_all_waits_and_afterwards_all_is_stored(string style, string fault)
    {
        await using var server = new StandInServer { Head = Fault(style, fault) };
        await using var gateway = await AnsweredGateway.StartAsync(server, style, QuickTimeout);
        for (var i = 0; i < 20; i++) await gateway.IngestAsync(AnsweredGateway.Values(50));
        await gateway.HeldAsync(1000, health => health.Circuit == CircuitState.Open);

        server.Head = null;
        Assert.Equal(new("Influx", 1000, 0, 0), await gateway.SettledAsync());
        Assert.Equal(1000, server.Stored.Count);
        Assert.Empty(gateway.Core.DeadLetters());
        Assert.Equal(new(CircuitState.Closed, null), gateway.Rig.Sink.Health with { Since = null });
    }

    [Fact]
    public async Task Nobody_listens_and_then_somebody_does()
    {
        var port = FreePort.Next();
        await using var gateway = await AnsweredGateway.StartAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), ServerStyle.Of("V2").Settings);
        await gateway.IngestAsync(AnsweredGateway.Values(100));
        await gateway.HeldAsync(100, health => health.Circuit == CircuitState.Open && health.Problem!.Contains("refused"));

        await using var server = new StandInServer(port);
        Assert.Equal(new("Influx", 100, 0, 0), await gateway.SettledAsync());
    }

    [Fact]
    public async Task A_name_that_is_gone_holds_all_until_the_gateway_gets_an_address_that_is_there()
    {
        await using var gateway = await AnsweredGateway.StartAsync(new Uri("http://no-such-host.invalid:8086/"), ServerStyle.Of("V2").Settings);
        await gateway.IngestAsync(AnsweredGateway.Values(100));
        await gateway.HeldAsync(100, health => health.Circuit == CircuitState.Open);

        await using var server = new StandInServer();
        await gateway.StartAgainAsync(server.Url, ServerStyle.Of("V2").Settings);
        Assert.Equal(new("Influx", 100, 0, 0), await gateway.SettledAsync());
        Assert.Equal(100, server.Stored.Count);
    }

    private static ScriptedAnswer Fault(string style, string fault) => fault switch
    {
        "silent" => new(0) { Silent = true },
        "reset" => new(0) { Reset = true },
        "reset in mid-body" => new(0) { ResetAfterBytes = 100 },
        "cut answer" => ServerStyle.Of(style).Plain(500, "cut off") with { CutBody = true },
        _ => ServerStyle.Of(style).Plain(int.Parse(fault, CultureInfo.InvariantCulture), "timeout"),
    };
}
