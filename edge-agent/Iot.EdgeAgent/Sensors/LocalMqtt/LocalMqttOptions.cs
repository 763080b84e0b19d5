using System.ComponentModel.DataAnnotations;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>A broker of this site and what is taken from it. Nothing is published there. Configuration section <c>Sensors:NAME:Mqtt</c>.</summary>
internal sealed record LocalMqttOptions
{
    public const string Section = "Sensors:NAME:Mqtt";

    /// <summary><c>mqtt://HOST:1883</c>, or <c>mqtts://HOST:8883</c> with TLS. Default <c>mqtt://127.0.0.1:1883</c>.</summary>
    public string Url { get; set; } = "mqtt://127.0.0.1:1883";

    /// <summary>Default none.</summary>
    public string? Username { get; set; }

    /// <summary>A file that holds the password, read at each connect; a line end after it is not part of it. Default none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>PEM file of the authorities to trust. Default the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>Mappings made ready: <c>None</c>, <c>Zigbee2Mqtt</c> or <c>Tasmota</c>. Default <c>None</c>.</summary>
    public LocalMqttPreset Preset { get; set; } = LocalMqttPreset.None;

    /// <summary>Zigbee2Mqtt only: the first part of its topics. Default <c>zigbee2mqtt</c>.</summary>
    public string BaseTopic { get; set; } = "zigbee2mqtt";

    /// <summary>Takes retained messages, too: values of unknown age, which count as of now. Default false.</summary>
    public bool Retained { get; set; }

    /// <summary>Most different readings; what goes by further names is left out. 1–10,000; default 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxNames { get; set; } = 1000;

    /// <summary>What to take, by names of the user's choice; beside those of <c>Preset</c>. Default none.</summary>
    public Dictionary<string, LocalMqttMappingOptions> Mappings { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}

internal enum LocalMqttPreset
{
    None,

    /// <summary>Devices of Zigbee2MQTT: each JSON number and switch of <c>zigbee2mqtt/DEVICE</c>.</summary>
    Zigbee2Mqtt,

    /// <summary>Tasmota's <c>tele/DEVICE/SENSOR</c>, <c>tele/DEVICE/STATE</c> and <c>stat/DEVICE/POWER</c>.</summary>
    Tasmota,
}
