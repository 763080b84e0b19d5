using DuckDB.NET.Data;
using Iot.Gateway.Delivery;
using System.Runtime.InteropServices;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>How far the roll-ups are, as one query sees it.</summary>
/// <param name="Collected">Rows from this offset on are in no roll-up, and not in <c>unrolled</c> either.</param>
/// <param name="RawFrom">Readings before it are gone or about to go: only roll-ups tell of them.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RollUpState(ulong Collected, ulong Next, long RawFrom)
{
    private const ulong FarBehind = 200_000;

    /// <summary>The tenth part of all messages behind, as after an upgrade, a query is quicker on the readings themselves. What came since the last round is less, however fast it comes.</summary>
    public bool IsFarBehind => Next - Math.Min(Collected, Next) > Math.Max(FarBehind, Next / 10);

    /// <summary>Whether a query may be answered by them; it must be where the readings are gone.</summary>
    public bool Answers(ReadingQuery query) => !IsFarBehind || query.FromNs < RawFrom;

    public static RollUpState Read(DuckDBConnection connection)
    {
        using var command = connection.Command("SELECT collected, next_offset, raw_from FROM store_state");
        using var row = command.ExecuteReader();
        row.Read();
        return new(row.GetFieldValue<ulong>(0), row.GetFieldValue<ulong>(1), row.GetInt64(2));
    }
}
