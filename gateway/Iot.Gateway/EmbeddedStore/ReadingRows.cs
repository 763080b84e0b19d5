using System.Data.Common;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Makes readings of the rows of <see cref="ReadingSql"/>; the texts of a series are read once for all its rows.</summary>
internal sealed class ReadingRows
{
    private long _place = -1;
    private StoredReading _series;

    public StoredReading Read(DbDataReader row)
    {
        var place = row.GetInt64(0);
        if (place != _place)
        {
            _series = new(0, DeviceId.Parse(row.GetString(1)), row.GetString(2), row.GetString(3), row.GetString(4), "", row.StringOrNull(9));
            _place = place;
        }

        return _series with { TimeNs = row.GetInt64(5), Value = Value(row) };
    }

    private static object Value(DbDataReader row) => (ReadingKind)row.GetByte(6) switch
    {
        ReadingKind.None => (long)row.GetDouble(7), // a count
        ReadingKind.Float => row.GetDouble(7),
        ReadingKind.Boolean => row.GetDouble(7) != 0,
        _ => row.GetString(8),
    };
}
