using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Devices;

/// <summary>The registry's SQLite file and its tables. It is never replaced.</summary>
internal static class RegistryFile
{
    private const string Restore =
        "Put a copy of it back. Without one move it and its -wal file away by hand and keep them: a new one is made, and every device must be enrolled again.";

    private static readonly SqliteFileKind Kind = new(
        RegistrySchema.ApplicationId, RegistrySchema.Version, Restore, "Nothing was changed.",
        found => new DeviceRegistryException(found.Path, found.Text, found.Remedy, found.Cause), IsReadWhole: true);

    public static SqliteFile At(string path) => new(path, Kind);

    /// <exception cref="DeviceRegistryException">Damaged or foreign; it is left as it is.</exception>
    public static SqliteConnection OpenRegistry(this SqliteFile file) => file.Open(connection =>
    {
        var missing = connection.Number("PRAGMA user_version") switch
        {
            0 => RegistrySchema.Create,
            1 => RegistrySchema.FromVersion1,
            2 => RegistrySchema.FromVersion2,
            _ => "",
        };
        if (missing.Length > 0) connection.Execute($"BEGIN; {missing} COMMIT;");
    });
}
