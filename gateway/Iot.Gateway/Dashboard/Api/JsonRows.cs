using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>{"readings":[{time,device,measurement,field,tags,unit,value}…],"truncated":false}</c>, cut also with <c>next</c>.</summary>
internal sealed class JsonRows : IReadingRows
{
    private Utf8JsonWriter? _json;

    public string ContentType => "application/json; charset=utf-8";

    public void Begin(IBufferWriter<byte> to)
    {
        _json = new(to);
        _json.WriteStartObject();
        _json.WriteStartArray("readings"u8);
    }

    public void Add(in StoredReading reading)
    {
        _json!.WriteStartObject();
        _json.WriteString("time"u8, TimeText.Format(reading.TimeNs));
        _json.WriteString("device"u8, reading.Device.Value);
        _json.WriteString("measurement"u8, reading.Measurement);
        _json.WriteString("field"u8, reading.Field);
        if (reading.Tags.Length > 0) _json.WriteString("tags"u8, reading.Tags);
        if (reading.Unit is { Length: > 0 } unit) _json.WriteString("unit"u8, unit);
        WriteValue(reading.Value);
        _json.WriteEndObject();
        _json.Flush(); // into the response's buffer: the writer itself holds nothing back
    }

    public void End(int? limit, string? next)
    {
        _json!.WriteEndArray();
        _json.WriteBoolean("truncated"u8, limit is not null);
        if (limit is not null) _json.WriteString("note"u8, $"Cut after {limit} rows; {(next is null ? "" : "go on with after = next, or ")}narrow from and to, or use every or points.");
        if (next is not null) _json.WriteString("next"u8, next);
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json?.Dispose();

    private void WriteValue(object value)
    {
        switch (value)
        {
            case double number when !double.IsFinite(number): _json!.WriteNull("value"u8); break;
            case double number: _json!.WriteNumber("value"u8, number); break;
            case long count: _json!.WriteNumber("value"u8, count); break;
            case bool truth: _json!.WriteBoolean("value"u8, truth); break;
            case string text: _json!.WriteString("value"u8, text); break;
            default: throw new UnreachableException($"A stored value is a {value.GetType()}.");
        }
    }
}
