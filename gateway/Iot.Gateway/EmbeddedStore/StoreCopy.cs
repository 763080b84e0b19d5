using System.Runtime.InteropServices;
using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>A copy of the open store as of one moment, made beside the writing: no write waits for it. It holds nothing deleted, so it is smaller.</summary>
internal static class StoreCopy
{
    private const string Name = "iot_copy";

    /// <param name="path">A file that is not there yet, in the store's export directory; the database may write nowhere else.</param>
    /// <exception cref="DuckDBException">It could not be made, as when the disk is full; what was written is the caller's to delete.</exception>
    public static StoreMark Make(StoreDatabase database, string path, CancellationToken cancellation)
    {
        using var connection = database.Connect();
        var quoted = path.Replace("'", "''", StringComparison.Ordinal);
        connection.Execute($"ATTACH '{quoted}' AS {Name}");
        try
        {
            using var copy = connection.Command($"COPY FROM DATABASE \"{connection.Scalar<string>("SELECT current_database()")}\" TO {Name}");
            using (cancellation.Register(copy.Cancel)) copy.ExecuteNonQuery();
            cancellation.ThrowIfCancellationRequested();
            return new(
                connection.Scalar<ulong>($"SELECT next_offset FROM {Name}.store_state"),
                connection.Scalar<ulong>($"SELECT journal FROM {Name}.store_state"),
                connection.Scalar<long>($"SELECT count(*) FROM {Name}.reading_rows"));
        }
        finally
        {
            connection.Execute($"DETACH {Name}");
        }
    }

    /// <summary>What a file that nobody has open holds.</summary>
    /// <exception cref="EmbeddedStoreException">It cannot be used.</exception>
    public static StoreMark Read(string path, EmbeddedOptions options)
    {
        using var database = StoreDatabase.OpenToRead(path, options, StoreDatabase.ExportPath(path));
        using var connection = database.Connect();
        return new(
            connection.Scalar<ulong>("SELECT next_offset FROM store_state"),
            connection.Scalar<ulong>("SELECT journal FROM store_state"),
            connection.Scalar<long>("SELECT count(*) FROM reading_rows"));
    }
}

/// <summary>By what a store is known again.</summary>
/// <param name="NextOffset">The first journal offset that it does not hold.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoreMark(ulong NextOffset, ulong Journal, long Rows);
