namespace Iot.Gateway.Validation;

/// <summary>All schema files of a folder, and all that is wrong with them.</summary>
/// <param name="Schemas">Those that can be used; meaningless as a set while there are problems.</param>
internal sealed record SchemaFolder(IReadOnlyList<DeviceSchema> Schemas, IReadOnlyList<SchemaProblem> Problems)
{
    /// <summary>A folder that does not exist holds no schemas.</summary>
    public static SchemaFolder Read(string path, ValidationOptions defaults)
    {
        List<SchemaProblem> problems = [];
        List<DeviceSchema> schemas = [];
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var patterns = new Dictionary<string, string>(StringComparer.Ordinal);

        foreach (var file in Files(path, problems))
        {
            if (SchemaFile.Read(file, defaults, problems) is not { } schema) continue;

            schemas.Add(schema);
            Claim(types, schema.Type, file, "type", problems);
            foreach (var pattern in schema.Devices) Claim(patterns, pattern.Text, file, "devices", problems);
        }

        return new(schemas, problems);
    }

    private static void Claim(Dictionary<string, string> claims, string name, string file, string key, List<SchemaProblem> problems)
    {
        if (!claims.TryAdd(name, file)) problems.Add(new(file, 0, key, $"'{name}' stands in {claims[name]} too; remove one."));
    }

    private static string[] Files(string path, List<SchemaProblem> problems)
    {
        try
        {
            var files = Directory.GetFiles(path, "*.json");
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (DirectoryNotFoundException)
        {
            return []; // nobody has written a schema: all devices are of type default
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, 0, "", $"cannot be read: {unreadable.Message} Check Schemas:Path and that the gateway may read it."));
            return [];
        }
    }
}
