using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Iot.Configuration;

/// <summary>The keys a program takes. A key it does not take is a mistake of somebody who believes it works.</summary>
/// <remarks>Sections that are not named here (Logging, environment variables) are nobody's business.</remarks>
public sealed class KnownKeys
{
    private readonly Dictionary<string, HashSet<string>> _bySection = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The sections at the root.</summary>
    public IEnumerable<string> Roots => _bySection.Keys.Select(path => path.Split(':')[0]).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>The public properties of <typeparamref name="T"/> are the keys of <paramref name="section"/>.</summary>
    /// <param name="section">A path such as <c>Influx:Circuit</c>; a part may be <c>*</c> for entries that the user names.</param>
    public KnownKeys Section<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string section)
    {
        Keys(section, [.. typeof(T).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)]);
        var parent = ConfigurationPath.GetParentPath(section);
        if (!string.IsNullOrEmpty(parent)) Keys(parent, ConfigurationPath.GetSectionKey(section));
        return this;
    }

    /// <summary>Names keys of a section by hand, where no options type holds them.</summary>
    public KnownKeys Keys(string section, params string[] keys)
    {
        if (!_bySection.TryGetValue(section, out var known)) _bySection[section] = known = new(StringComparer.OrdinalIgnoreCase);
        known.UnionWith(keys);
        return this;
    }

    /// <summary>One sentence for each key that is not known, naming the nearest that is.</summary>
    public IEnumerable<string> Unknown(IConfiguration configuration) =>
        MisspeltSections(configuration).Concat(_bySection.SelectMany(entry => UnknownIn(configuration, entry.Key, entry.Value)));

    private static IEnumerable<string> UnknownIn(IConfiguration configuration, string section, HashSet<string> known)
    {
        if (known.Contains("*")) return [];

        return Expand(configuration, section)
            .SelectMany(found => found.GetChildren())
            .Where(child => !known.Contains(child.Key))
            .Select(child => Sentence(child.Path, NearestName.Find(child.Key, known) is { } near
                ? ConfigurationPath.Combine(ConfigurationPath.GetParentPath(child.Path)!, near)
                : null));
    }

    /// <summary>A section of ours misspelt at the root; only near misses, since the environment puts foreign names there.</summary>
    private IEnumerable<string> MisspeltSections(IConfiguration configuration)
    {
        var roots = Roots.ToList();
        return configuration.GetChildren()
            .Where(child => child.Value is null && !roots.Contains(child.Key, StringComparer.OrdinalIgnoreCase) && !child.Key.Equals("Logging", StringComparison.Ordinal))
            .Select(child => (child.Path, near: NearestName.Find(child.Key, roots)))
            .Where(miss => miss.near is not null)
            .Select(miss => Sentence(miss.Path, miss.near));
    }

    /// <summary>The sections there are under a path: each <c>*</c> stands for every entry at its place.</summary>
    private static IEnumerable<IConfigurationSection> Expand(IConfiguration configuration, string section)
    {
        var parts = section.Split(ConfigurationPath.KeyDelimiter);
        IEnumerable<IConfigurationSection> found = [configuration.GetSection(parts[0])];
        foreach (var part in parts.Skip(1))
            found = part is "*" ? found.SelectMany(parent => parent.GetChildren()) : found.Select(parent => parent.GetSection(part));

        return found;
    }

    private static string Sentence(string path, string? near) =>
        near is null ? $"{path}: no such key; remove it." : $"{path}: no such key; did you mean {near}?";
}
