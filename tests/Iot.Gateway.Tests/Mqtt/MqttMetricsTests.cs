using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class MqttMetricsTests
{
    [Fact]
    public async Task Connections_messages_and_refusals_are_counted()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var counts = new Counts(gateway.Meters);

        using (var client = await RawClient.ConnectAsync(gateway.Port))
        {
            Assert.Equal(1, counts["iot.gateway.mqtt.connections"]);

            await client.SendAsync(client.Publish(1), client.Publish(2), client.Publish(3, topic: "elsewhere"));
            for (var i = 0; i < 3; i++) await client.ReadPacketAsync();

            await client.SendAsync(client.Connect("again"));
            Assert.Equal(0xE0, (await client.ReadPacketAsync())[0]);
            Assert.Empty(await client.ReadPacketAsync());
        }

        await gateway.StopAsync();

        Assert.Equal(0, counts["iot.gateway.mqtt.connections"]);
        Assert.Equal(2, counts["iot.gateway.mqtt.messages result=stored"]);
        Assert.Equal(1, counts["iot.gateway.mqtt.refusals reason=unknown_topic"]);
        Assert.Equal(1, counts["iot.gateway.mqtt.refusals reason=second_connect"]);
    }

    /// <summary>Sums what one host's instruments measured.</summary>
    private sealed class Counts : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly MeterListener _listener = new();

        public Counts(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                var name = tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Key}={tags[0].Value}";
                _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
            });
            _listener.Start();
        }

        public long this[string name] => _sums.GetValueOrDefault(name);

        public void Dispose() => _listener.Dispose();
    }
}
