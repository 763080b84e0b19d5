using System.Reflection;
using Iot.EdgeAgent;
using Iot.Gateway;
using Microsoft.Extensions.Logging;

namespace Iot.Architecture.Tests;

/// <summary>A log line is found by its event id: one meaning each, in both programs, in blocks of the folders.</summary>
public sealed class EventIdTests
{
    private static readonly Dictionary<string, Range> Blocks = new()
    {
        ["Iot.Gateway.Devices"] = 1000..1100,
        ["Iot.Gateway.Mqtt"] = 1100..1200,
        ["Iot.Gateway.Decoding"] = 1200..1300,
        ["Iot.Gateway.Validation"] = 1300..1400,
        ["Iot.Gateway.Deduplication"] = 1400..1500,
        ["Iot.Gateway.DeadLetters"] = 1500..1600,
        ["Iot.Gateway.Spooling"] = 1600..1900,
        ["Iot.Gateway.Delivery"] = 1900..2000,
        ["Iot.Gateway.Influx"] = 2000..2050,
        ["Iot.Gateway.EmbeddedStore"] = 2050..2080,
        ["Iot.Gateway.Ledger"] = 2080..2100,
        ["Iot.Gateway.Replay"] = 2100..2200,
        ["Iot.Gateway.Dashboard"] = 2200..2300,
        ["Iot.Gateway.Observability"] = 2300..2400,
        ["Iot.Gateway.Audit"] = 2400..2500,
        ["Iot.Gateway.Certificates"] = 2500..2600,
        ["Iot.Gateway.Detection"] = 2600..2700,
        ["Iot.EdgeAgent.Sensors"] = 4000..4100,
        ["Iot.EdgeAgent.Sensors.Modbus"] = 4040..4060,
        ["Iot.EdgeAgent.Sensors.LocalMqtt"] = 4060..4080,
        ["Iot.EdgeAgent.Batching"] = 4100..4200,
        ["Iot.EdgeAgent.StoreAndForward"] = 4200..4300,
        ["Iot.EdgeAgent.Publishing"] = 4300..4400,
        ["Iot.EdgeAgent.Observability"] = 4400..4450,
        ["Iot.EdgeAgent.Timekeeping"] = 4450..4500,
        ["Iot.EdgeAgent"] = 4500..4510,
        ["Iot.EdgeAgent.Configuring"] = 4510..4600,
        ["Iot.EdgeAgent.Enrollment"] = 4600..4700,
        ["Iot.EdgeAgent.Updating"] = 4900..5000,
    };

    private static readonly (MethodInfo Method, int Id)[] Messages =
    [
        .. new[] { typeof(GatewayHost), typeof(AgentHost) }
            .SelectMany(program => program.Assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (method, attribute: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.attribute is not null)
            .Select(found => (found.method, found.attribute!.EventId)),
    ];

    [Fact]
    public void No_id_is_given_twice()
    {
        Assert.NotEmpty(Messages);
        Assert.Empty(Messages.GroupBy(message => message.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(Name))}"));
    }

    [Fact]
    public void An_id_lies_in_the_block_of_its_folder() =>
        Assert.Empty(Messages.Where(message => !InBlock(message)).Select(message => $"{message.Id} {Name(message)}"));

    /// <summary>Whoever reads a warning at night asks first: is anything lost?</summary>
    [Fact]
    public void A_warning_or_an_error_is_a_whole_sentence() => Assert.Empty(Messages
        .Where(message => Attribute(message).Level >= LogLevel.Warning && !Attribute(message).Message.EndsWith('.'))
        .Select(message => $"{Name(message)}: {Attribute(message).Message}"));

    private static bool InBlock((MethodInfo Method, int Id) message) =>
        Blocks.TryGetValue(message.Method.DeclaringType!.Namespace!, out var block) && message.Id >= block.Start.Value && message.Id < block.End.Value;

    private static string Name((MethodInfo Method, int Id) message) => $"{message.Method.DeclaringType!.Name}.{message.Method.Name}";

    private static LoggerMessageAttribute Attribute((MethodInfo Method, int Id) message) => message.Method.GetCustomAttribute<LoggerMessageAttribute>()!;
}
