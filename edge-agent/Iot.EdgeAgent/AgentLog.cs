using Iot.Wire;

namespace Iot.EdgeAgent;

/// <summary>What the agent as a whole says. Event ids 4500–4509.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(4500, LogLevel.Information, "iot-edge-agent {Version} runs {Count} device(s), the first is {Device}; gateway {Url}.")]
    public static partial void Started(this ILogger logger, string version, int count, DeviceId device, string url);

    [LoggerMessage(4501, LogLevel.Critical, "{Device} has failed and the agent stops: {Reason} What is stored is kept.")]
    public static partial void Failed(this ILogger logger, DeviceId device, string reason);
}
