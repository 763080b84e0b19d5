namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>What cannot be meant in the configuration of a local broker, each with key, value and remedy.</summary>
internal static class LocalMqttRules
{
    /// <param name="section">Such as <c>Sensors:zigbee:Mqtt</c>.</param>
    public static IEnumerable<string> Broken(string section, LocalMqttOptions options)
    {
        if (!LocalBroker.TryParse(options.Url, out var broker)) yield return $"{section}:Url = {options.Url}: {LocalBroker.Allowed}.";
        if (broker is { Tls: false } && options.CaFile is not null) yield return $"{section}:CaFile = {options.CaFile}: needs TLS; write mqtts in Url, or remove CaFile.";
        if (options.PasswordFile is not null && options.Username is null) yield return $"{section}:PasswordFile = {options.PasswordFile}: needs a Username beside it.";
        if (options.Preset == LocalMqttPreset.None && options.Mappings.Count == 0)
            yield return $"{section}: nothing is taken; give Preset, or a mapping such as {section}:Mappings:temperature:Topic = room/temperature.";
        if (!TopicPattern.TryParse(options.BaseTopic, out var start, out var whyNot) || start.Words.Count > 0)
            yield return $"{section}:BaseTopic = {options.BaseTopic}: {whyNot ?? "must have no wildcard"}.";

        foreach (var (key, mapping) in options.Mappings)
            foreach (var problem in Broken($"{section}:Mappings:{key}", mapping)) yield return problem;
    }

    private static IEnumerable<string> Broken(string section, LocalMqttMappingOptions mapping)
    {
        if (!double.IsFinite(mapping.Scale) || mapping.Scale == 0) yield return $"{section}:Scale = {mapping.Scale}: must be a number other than 0.";
        if (!double.IsFinite(mapping.Offset)) yield return $"{section}:Offset = {mapping.Offset}: must be a number.";
        if (mapping.Topic is null) yield break; // told already

        if (!TopicPattern.TryParse(mapping.Topic, out var topic, out var whyNot))
        {
            yield return $"{section}:Topic = {mapping.Topic}: {whyNot}.";
            yield break;
        }

        if (mapping.Name is null) yield break;

        string[] words = [.. new NameTemplate(mapping.Name).Words];
        var unknown = words.Except(topic.Words, StringComparer.Ordinal).FirstOrDefault(word => word is not NameTemplate.Path);
        if (unknown is not null)
            yield return $"{section}:Name = {mapping.Name}: Topic gives no {{{unknown}}}; it gives {string.Join(", ", topic.Words.Append(NameTemplate.Path).Select(word => $"{{{word}}}"))}.";
        if (topic.Words.Count > 0 && !words.Intersect(topic.Words, StringComparer.Ordinal).Any())
            yield return $"{section}:Name = {mapping.Name}: all topics of {mapping.Topic} would give one reading; put in {{{topic.Words[0]}}}.";
        if (mapping.Path.EndsWith('*') && !words.Contains(NameTemplate.Path, StringComparer.Ordinal))
            yield return $"{section}:Name = {mapping.Name}: all values of Path {mapping.Path} would be one reading; put in {{path}}.";
    }
}
