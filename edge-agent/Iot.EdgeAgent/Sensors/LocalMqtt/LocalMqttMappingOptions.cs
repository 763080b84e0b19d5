using System.ComponentModel.DataAnnotations;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>Makes readings of the messages of some topics. Configuration section <c>Sensors:NAME:Mqtt:Mappings:MAPPING</c>.</summary>
internal sealed record LocalMqttMappingOptions
{
    public const string Section = "Sensors:NAME:Mqtt:Mappings:MAPPING";

    /// <summary>A topic, or a filter: <c>{word}</c> stands for one level and gives it a name, as does <c>+</c> (its number is its name: <c>{1}</c>); <c>#</c> at the end for the rest, <c>{rest}</c>. Required.</summary>
    [Required]
    public string? Topic { get; set; }

    /// <summary>Where in a JSON payload the value stands: <c>ENERGY.Power</c>, <c>list[0].value</c>; <c>*</c> at the end for everything below. Default: the whole payload, JSON or not.</summary>
    public string Path { get; set; } = "";

    /// <summary>Name of the reading, <c>measurement/field</c>; <c>{word}</c> is put in from <c>Topic</c>, <c>{path}</c> is where the value stood. Default <c>{1}/MAPPING</c>, with <c>*</c> it is <c>{1}/{path}</c>; several wildcards are joined by dots, and without any the sensor's name stands there.</summary>
    public string? Name { get; set; }

    /// <summary><c>Auto</c> takes numbers and switches (true, ON, open …) and leaves other texts out; or <c>Number</c>, <c>Boolean</c>, <c>Text</c>. Default <c>Auto</c>.</summary>
    public LocalMqttKind Kind { get; set; } = LocalMqttKind.Auto;

    /// <summary>Numbers are multiplied by this. Default 1.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>Added after scaling. Default 0.</summary>
    public double Offset { get; set; }

    /// <summary>Unit of the SenML registry, of numbers. Default: what the last word of the path usually has (<c>temperature</c>: <c>Cel</c>), else none.</summary>
    public string? Unit { get; set; }

    /// <summary>Where in a JSON payload its time stands: ISO 8601 with a zone, or seconds or milliseconds since 1970; only trusted up to an hour back. Default: when the message came.</summary>
    public string? Time { get; set; }
}

internal enum LocalMqttKind
{
    Auto,
    Number,
    Boolean,
    Text,
}
