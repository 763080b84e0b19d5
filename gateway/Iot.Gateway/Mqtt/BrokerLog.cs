using System.Globalization;
using MQTTnet.Diagnostics.Logger;

namespace Iot.Gateway.Mqtt;

/// <summary>Passes on MQTTnet's errors, which would be silent otherwise. Its lesser words are said better here, or counted.</summary>
internal sealed class BrokerLog(RefusalReport refusals) : IMqttNetLogger
{
    public bool IsEnabled => true;

    public void Publish(MqttNetLogLevel logLevel, string source, string message, object[]? parameters, Exception? exception)
    {
        if (logLevel != MqttNetLogLevel.Error) return;

        refusals.BrokerFailed(parameters is null ? message : string.Format(CultureInfo.InvariantCulture, message, parameters), exception);
    }
}
