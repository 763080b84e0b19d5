using System.Globalization;
using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Says on one connection that the device is online, or leaves; in answer it hears what time it is at the gateway. Again each hour, since clocks drift.</summary>
/// <remarks>Not asked in CONNECT: that takes a TLS handshake and the check of a password, and the middle of so long a round trip says little.</remarks>
internal sealed class OnlineMessages(IMqttClient client, DeviceId device, string agent, Timekeeper? time, TimeProvider clock) : IDisposable
{
    private const string TimeProperty = "time";
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _ended = new();

    /// <summary>The birth message, and then the repetitions by themselves.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await SayOnlineAsync(cancellation);
        time?.Connected();
        _ = RepeatAsync(_ended.Token); // ends with the connection
    }

    public Task SayOfflineAsync(CancellationToken cancellation) => client.PublishAsync(Message(StatusMessage.Offline(Now, agent)), cancellation);

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private DateTimeOffset? Now => time is null ? clock.GetUtcNow() : time.Now;

    private async Task SayOnlineAsync(CancellationToken cancellation)
    {
        var asked = clock.GetTimestamp();
        var answer = await client.PublishAsync(Message(StatusMessage.Online(Now, agent)), cancellation);
        if (Told(answer.UserProperties) is { } told) time?.Heard(told, clock.GetElapsedTime(asked));
    }

    private async Task RepeatAsync(CancellationToken ended)
    {
        try
        {
            using var timer = new PeriodicTimer(Again, clock);
            while (await timer.WaitForNextTickAsync(ended)) await SayOnlineAsync(ended);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // whatever the library threw: the connection is over, or about to be, which who publishes notices
        }
    }

    /// <summary>Null from brokers that know nothing of it.</summary>
    private static DateTimeOffset? Told(IReadOnlyCollection<MqttUserProperty>? properties) =>
        properties?.FirstOrDefault(property => property.Name.Equals(TimeProperty, StringComparison.Ordinal)) is { } found
        && long.TryParse(found.ValueBuffer.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
        && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;

    private MqttApplicationMessage Message(byte[] payload) => new()
    {
        Topic = Topics.Status(device),
        PayloadSegment = payload,
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = true,
    };
}
