using Iot.Gateway.Tests.Observability;

namespace Iot.Gateway.Tests.Mqtt;

/// <remarks>Alone, since what is allocated can be counted for the whole process only.</remarks>
[Collection(nameof(Alone))]
public sealed class AnnouncedSizeTests
{
    [Fact]
    public async Task Announcing_200_MB_costs_no_memory_and_ends_the_connection()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        for (var i = 0; i < 4; i++)
        {
            using var client = await RawClient.OpenAsync(gateway.Port);
            await client.SendAsync([0x10, 0x80, 0xA1, 0xAF, 0x5F]);
            Assert.Empty(await client.ReadPacketAsync());
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20_000_000);
    }
}
