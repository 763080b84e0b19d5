using System.Runtime.CompilerServices;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent.Doctor;

/// <summary>No agent runs: connects as it would, sends one real batch, and waits for the gateway to acknowledge it.</summary>
/// <remarks>The outbox is held meanwhile, so that an agent that starts at this moment does not fight for the session; systemd starts it again.</remarks>
internal static class SessionCheck
{
    private const string RoundTrip = "round trip";

    public static async IAsyncEnumerable<Finding> RunAsync(
        Installation installation, ReadingBatch? readings, TimeSpan longest, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var outbox = new OutboxFiles(installation.OutboxPath, installation.Clock);
        if (!outbox.TryHold(out var held))
        {
            yield return Finding.Warn("mqtt", "an agent is starting, or runs where its state cannot be seen", "Run the doctor again in a minute, with sudo.");
            yield break;
        }

        using var hold = held;
        var (connected, connection) = await ConnectAsync(installation, longest, cancellation);
        yield return connected;
        if (connection is null) yield break;

        using (connection)
        {
            yield return await SendAsync(connection, installation, outbox.ABatch()?.Payload ?? Encode(installation, readings));
            await connection.CloseAsync();
        }
    }

    private static async Task<(Finding Finding, GatewayConnection? Connection)> ConnectAsync(Installation installation, TimeSpan longest, CancellationToken cancellation)
    {
        var options = installation.Options.Gateway with { ConnectTimeout = longest, AckTimeout = longest };
        var began = installation.Clock.GetTimestamp();
        try
        {
            var connection = await GatewayConnection.OpenAsync(options, installation.Device, AgentContext.ProgramVersion, installation.Clock, installation.Identity, cancellation);
            return (Finding.Ok("mqtt", $"connected as {installation.Device} in {Amounts.Duration(installation.Clock.GetElapsedTime(began))}"), connection);
        }
        catch (GatewayException e)
        {
            return (Finding.Fail("mqtt", e.Message.TrimEnd('.'), RefusalAdvice.For(e.Message, installation)), null);
        }
    }

    private static async Task<Finding> SendAsync(GatewayConnection connection, Installation installation, byte[]? payload)
    {
        if (payload is null) return Finding.Warn(RoundTrip, "nothing to send: no sensor gives readings, or the clock is wrong", "See the lines above.");

        var began = installation.Clock.GetTimestamp();
        var answer = await connection.PublishAsync(payload);
        return answer.Outcome switch
        {
            PublishOutcome.Taken => Finding.Ok(RoundTrip, $"a batch was acknowledged in {Amounts.Duration(installation.Clock.GetElapsedTime(began))}"),
            PublishOutcome.DeadLettered => Finding.Fail(RoundTrip, $"the gateway keeps the batch as a dead letter: {answer.Reason}", "Are agent and gateway of fitting versions? On the gateway: iot-gateway dead-letters list."),
            PublishOutcome.Refused => Finding.Fail(RoundTrip, $"the gateway did not take the batch: {answer.Reason}", RefusalAdvice.For(answer.Reason, installation)),
            _ => Finding.Fail(RoundTrip, $"no acknowledgement: {connection.LostReason.TrimEnd('.')}", RefusalAdvice.For(connection.LostReason, installation)),
        };
    }

    /// <summary>What was sampled a moment ago, as the first batch of an outbox that will not be used again: so the device's books stay provable.</summary>
    private static byte[]? Encode(Installation installation, ReadingBatch? readings)
    {
        if (readings is null) return null;

        readings.Device = installation.Device;
        readings.Identity = new(Epoch.StartAt(0).Number, Seq: 1, First: 1);
        using var encoder = new BatchEncoder(installation.Options.Outbox.Compression);
        return encoder.Encode(readings).ToArray();
    }
}
