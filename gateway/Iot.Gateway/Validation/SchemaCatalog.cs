using Iot.Configuration;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>The schemas in force. All of the folder's files change together: a broken one leaves the old set as it was. Thread-safe.</summary>
internal sealed class SchemaCatalog(SchemasOptions folder, ValidationOptions defaults, ILogger<SchemaCatalog> logger)
{
    private volatile SchemaSet _current = new([], DeviceSchema.Default(defaults));
    private volatile IReadOnlyList<SchemaProblem> _problems = [];
    private int _changes;

    /// <summary>Only the built-in type <c>default</c> before <see cref="Load"/>.</summary>
    public SchemaSet Current => _current;

    /// <summary>What is wrong in the folder since it was read last; empty while its files are in force.</summary>
    public IReadOnlyList<SchemaProblem> Problems => _problems;

    /// <summary>Grows whenever the folder was read: whoever saw it before looks again.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>Absolute.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(folder.Path);

    /// <summary>Cheap: remembered for each device until the schemas change.</summary>
    public DeviceSchema For(DeviceId device) => _current.For(device);

    /// <summary>Reads the folder at start.</summary>
    /// <exception cref="SettingsException">A file cannot be used; each problem with file, line and key.</exception>
    public void Load()
    {
        var found = SchemaFolder.Read(Path, defaults);
        if (found.Problems.Count > 0) throw new SettingsException([.. found.Problems.Select(problem => problem.ToString())]);

        Use(found);
    }

    /// <summary>Reads the folder again. False when something in it is broken: it is logged, and the old schemas stay in force.</summary>
    public bool Reload()
    {
        var found = SchemaFolder.Read(Path, defaults);
        foreach (var problem in found.Problems) logger.SchemaBroken(problem.ToString());
        _problems = found.Problems;
        if (found.Problems.Count == 0) Use(found);
        Interlocked.Increment(ref _changes);
        return found.Problems.Count == 0;
    }

    private void Use(SchemaFolder found)
    {
        _current = new(found.Schemas, DeviceSchema.Default(defaults));
        logger.SchemasInForce(found.Schemas.Count, Path);
    }
}
