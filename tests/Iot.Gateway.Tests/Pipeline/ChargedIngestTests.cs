using System.Text;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Gateway.Tests.Audit;
using Iot.Testing;
using Iot.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>What only ingest can know, readings and payloads that cannot be read, is charged to the connection that sent it.</summary>
public sealed class ChargedIngestTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private readonly TempDirectory _directory = new();
    private readonly QuietMeters _meters = new();
    private readonly AuditRig _audit = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose()
    {
        _audit.Dispose();
        _meters.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("""[{"n":"a","v":1},{"n":"b","v":2},{"n":"c","v":3}]""", 0)]
    [InlineData("""[{"n":"a","v":1},{"n":"b","v":2},{"n":"c","v":3},{"n":"d","v":4}]""", 1)]
    public async Task More_readings_than_the_rate_allows_are_stored_and_leave_a_debt(string payload, int debt) =>
        Assert.Equal((debt, IngestResult.Stored), await IngestAsync(new() { ReadingsPerSecondPerDevice = 3, Burst = TimeSpan.FromSeconds(1) }, payload, times: 1));

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public async Task More_payloads_that_cannot_be_read_than_the_rate_allows_leave_a_debt(int times, int debt) =>
        Assert.Equal((debt, IngestResult.Refused), await IngestAsync(new() { RefusedPerSecondPerDevice = 2, Burst = TimeSpan.FromSeconds(1) }, "[{", times));

    /// <summary>What is left of the debt, in units of the rate, and what became of the last message.</summary>
    private async Task<(int Debt, IngestResult Result)> IngestAsync(LimitsOptions limits, string payload, int times)
    {
        await using var core = await GatewayCore.StartAsync(new LossyDisk(seed: 1), _directory, []);
        var door = new Doorkeeper(limits, new(new(_meters), _audit.Trail(_meters), _clock, NullLogger<RefusalReport>.Instance), _clock);
        var answer = (Debt: -1, Result: IngestResult.Failed);
        await door.Guard(async connection =>
        {
            var place = connection.Features.Get<Place>()!;
            Assert.Null(place.WhyNotFor(Pump));
            for (var i = 0; i < times; i++)
            {
                place.Message(payload.Length);
                answer.Result = await core.Pipeline.IngestAsync(
                    new(Pump, PayloadFormat.SenMl, Encoding.UTF8.GetBytes(payload), 1_700_000_000_000_000_000 + i) { Sender = place }, CancellationToken.None);
            }

            var rate = Math.Min(limits.ReadingsPerSecondPerDevice, limits.RefusedPerSecondPerDevice);
            answer.Debt = (int)Math.Round(place.Debt().TotalSeconds * rate);
        }, handshakes: false)(new DefaultConnectionContext());
        return answer;
    }
}
