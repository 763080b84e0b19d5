using MQTTnet;

namespace Iot.EdgeAgent.Publishing;

/// <summary>What the gateway made of one batch.</summary>
internal readonly record struct PublishAnswer(PublishOutcome Outcome, string Reason)
{
    public static PublishAnswer Lost => new(PublishOutcome.Lost, "");

    /// <summary>0x99 counts as delivered: the gateway keeps the bytes as a dead letter and would refuse them again.</summary>
    public static PublishAnswer From(MqttClientPublishResult result) => result switch
    {
        { IsSuccess: true } => new(PublishOutcome.Taken, ""),
        { ReasonCode: MqttClientPublishReasonCode.PayloadFormatInvalid } => new(PublishOutcome.DeadLettered, Describe(result)),
        _ => new(PublishOutcome.Refused, Describe(result)),
    };

    private static string Describe(MqttClientPublishResult result) =>
        $"0x{(int)result.ReasonCode:x2} {result.ReasonCode} {result.ReasonString}".TrimEnd();
}

internal enum PublishOutcome
{
    /// <summary>On the gateway's disk, or there already.</summary>
    Taken,

    /// <summary>Refused for good and kept there as a dead letter.</summary>
    DeadLettered,

    /// <summary>Not now (0x97: the gateway's journal is full) or not like this: the batch stays.</summary>
    Refused,

    /// <summary>No answer will come on this connection: the batch stays.</summary>
    Lost,
}
