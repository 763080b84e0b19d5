using System.Globalization;
using Iot.EndToEnd.Tests.Load;
using Iot.Faults.Rig;
using Iot.Gateway.Tests.Mqtt;
using Iot.Testing;

namespace Iot.Faults;

internal enum CutAt
{
    BeforeConnect,
    MidConnect,
    BeforeConnAck,
    MidPublish,
    BeforePubAck,
    AfterPublish2,
    AfterPubRec,
    AfterPubRel,
}

/// <summary>A device's connection is cut in every state of the protocol; it connects again and sends again until it is acknowledged.</summary>
public sealed class ConnectionCutTests
{
    private const int Batches = 40;

    private static readonly (byte Version, bool Reset)[] Ways = [(4, false), (4, true), (5, false), (5, true)];

    public static TheoryData<string> States => [.. Enum.GetNames<CutAt>()];

    [Theory, MemberData(nameof(States))]
    public Task Each_batch_is_stored_once(string state) => Fault.RunAsync($"MQTT connection cut {Words(Enum.Parse<CutAt>(state))}", async fault =>
    {
        var at = Enum.Parse<CutAt>(state);
        await using var gateway = await GatewayProcess.StartAsync();
        var (number, known, loss) = (0, 0L, new Loss(0, 0, 0));
        foreach (var (version, reset) in Ways)
        {
            var device = new LoadDevice(number++, gateway.MqttPort, (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 600) * 1_000_000_000);
            for (var seq = 1; seq <= Batches; seq++) await CutAsync(gateway, device, seq, at, version, reset);
            await DeliverAsync(gateway, device, version, qos: at >= CutAt.AfterPublish2 ? (byte)2 : (byte)1);

            var (duplicates, found) = await CheckAsync(gateway, device);
            (known, loss) = (known + duplicates, loss + found);
        }

        fault.Observed(string.Create(CultureInfo.InvariantCulture, $"{number * Batches} cuts, closed and reset, 3.1.1 and 5; {known} batches had got in before"));
        fault.Count(loss);
    });

    private static async Task CutAsync(GatewayProcess gateway, LoadDevice device, int seq, CutAt at, byte version, bool reset)
    {
        using var client = await RawClient.OpenAsync(gateway.MqttPort, version);
        await ReachAsync(client, device, (ushort)seq, at);
        if (reset) client.Reset();
    }

    private static async Task ReachAsync(RawClient client, LoadDevice device, ushort seq, CutAt at)
    {
        if (at == CutAt.BeforeConnect) return;

        var connect = client.Connect(device.Id);
        await client.SendAsync(at == CutAt.MidConnect ? connect[..7] : connect);
        if (at <= CutAt.BeforeConnAck) return;

        await client.ReadPacketAsync();
        var publish = Publish(client, device, seq, at >= CutAt.AfterPublish2 ? (byte)2 : (byte)1);
        await client.SendAsync(at == CutAt.MidPublish ? publish[..(publish.Length * seq / (Batches + 1))] : publish);
        if (at < CutAt.AfterPubRec) return;

        Assert.Equal(0x50, (await client.ReadPacketAsync())[0]);
        if (at == CutAt.AfterPubRel) await client.SendAsync(RawClient.PubRel(seq));
    }

    /// <summary>Every batch again, as a device does that was never told it had been taken; and on a new connection when an old CONNECT, heard late, takes this one over.</summary>
    private static async Task DeliverAsync(GatewayProcess gateway, LoadDevice device, byte version, byte qos)
    {
        for (ushort seq = 1; seq <= Batches;)
        {
            using var client = await RawClient.ConnectAsync(gateway.MqttPort, version, device.Id);
            while (seq <= Batches && await IsTakenAsync(client, device, seq, qos)) seq++;
        }
    }

    /// <returns>False when the connection ended.</returns>
    private static async Task<bool> IsTakenAsync(RawClient client, LoadDevice device, ushort seq, byte qos)
    {
        await client.SendAsync(Publish(client, device, seq, qos));
        var answer = await client.ReadPacketAsync();
        if (answer is [] or [0xE0, ..]) return false;

        Assert.Equal(qos == 1 ? 0x40 : 0x50, answer[0]);
        Assert.True(answer.Length == 4 || answer[4] == 0, $"batch {seq} was answered {Convert.ToHexString(answer)}");
        if (qos == 1) return true;

        await client.SendAsync(RawClient.PubRel(seq));
        return await client.ReadPacketAsync() is [0x70, ..];
    }

    private static async Task<(long Duplicates, Loss Loss)> CheckAsync(GatewayProcess gateway, LoadDevice device)
    {
        await Books.SettledAsync(gateway);
        var rows = await StoredPoints.EmbeddedAsync(gateway);
        var books = (await Books.OfAsync(gateway, device.Id))!;
        Assert.True(books is { Accepted: Batches * LoadBatch.Readings, Rejected: 0, Balanced: true, Gaps: 0 }, books.ToString());
        var wanted = Enumerable.Range(1, Batches).SelectMany(seq => new LoadBatch(device, seq).Points());
        return (books.Duplicate / LoadBatch.Readings, Loss.Between(wanted, rows[device.Id]));
    }

    private static byte[] Publish(RawClient client, LoadDevice device, ushort seq, byte qos) =>
        client.Publish(seq, System.Text.Encoding.UTF8.GetString(new LoadBatch(device, seq).Payload()), qos, $"v1/devices/{device.Id}/telemetry");

    private static string Words(CutAt at) => at switch
    {
        CutAt.BeforeConnect => "before CONNECT",
        CutAt.MidConnect => "in mid-CONNECT",
        CutAt.BeforeConnAck => "before CONNACK is read",
        CutAt.MidPublish => "in mid-PUBLISH",
        CutAt.BeforePubAck => "after PUBLISH, before PUBACK is read",
        CutAt.AfterPublish2 => "after PUBLISH of QoS 2",
        CutAt.AfterPubRec => "after PUBREC",
        _ => "after PUBREL",
    };
}
