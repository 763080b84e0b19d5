using System.Buffers;
using System.Globalization;
using System.Text;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>RFC 4180 with a header line; numbers shortest round-trip, whatever the machine's language.</summary>
/// <param name="units">A last column says them.</param>
internal sealed class CsvRows(bool units) : IReadingRows
{
    private static readonly SearchValues<char> MustBeQuoted = SearchValues.Create(",\"\r\n");
    private readonly StringBuilder _line = new();
    private IBufferWriter<byte>? _to;

    public string ContentType => "text/csv; charset=utf-8; header=present";

    public void Begin(IBufferWriter<byte> to)
    {
        _to = to;
        _line.Append("time,device,measurement,field,tags,value").Append(units ? ",unit\r\n" : "\r\n");
        Write();
    }

    public void Add(in StoredReading reading)
    {
        _line.Append(TimeText.Format(reading.TimeNs)).Append(',').Append(reading.Device.Value).Append(',');
        Quote(reading.Measurement).Append(',');
        Quote(reading.Field).Append(',');
        Quote(reading.Tags).Append(',');
        Quote(reading.Value switch
        {
            bool truth => truth ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            var text => (string)text,
        });
        if (units)
        {
            _line.Append(',');
            Quote(reading.Unit ?? "");
        }

        _line.Append("\r\n");
        Write();
    }

    /// <summary>CSV has no place for a remark; a last line that is plainly no row beats silence about what is missing.</summary>
    public void End(int? limit, string? next)
    {
        if (limit is null) return;

        _line.Append(CultureInfo.InvariantCulture, $"# cut after {limit} rows; {(next is null ? "" : $"go on with after={next}, or ")}narrow from and to, or use every or points\r\n");
        Write();
    }

    public void Dispose() => _line.Clear();

    private StringBuilder Quote(string text) => text.AsSpan().ContainsAny(MustBeQuoted)
        ? _line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"')
        : _line.Append(text);

    private void Write()
    {
        foreach (var chunk in _line.GetChunks()) Encoding.UTF8.GetBytes(chunk.Span, _to!);
        _line.Clear();
    }
}
