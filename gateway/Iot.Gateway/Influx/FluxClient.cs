using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Iot.Gateway.Influx;

/// <summary>Asks Flux over HTTP as InfluxDB 2's own clients do, and streams the annotated CSV it answers with.</summary>
internal sealed class FluxClient(HttpClient http, InfluxOptions options, InfluxSecrets secrets)
{
    private readonly Uri _address = InfluxAddress.Flux(options);
    private readonly AuthenticationHeaderValue? _authorization = InfluxAddress.Authorization(options, secrets);

    /// <summary>Every row of the answer, with the description of its table. Waits for it as long as its caller does.</summary>
    /// <exception cref="FluxRefusedException">The server ended the query with an error of its own.</exception>
    /// <exception cref="IOException">It cannot be reached, refuses the query or broke off its answer; the message says why.</exception>
    public async IAsyncEnumerable<FluxRow> AskAsync(string flux, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(Body(flux)) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Accept.Add(new("application/csv"));
        request.Headers.Authorization = _authorization;

        using var response = await InfluxAsking.OpenAsync(http, request, Timeout.InfiniteTimeSpan, cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var reader = new StreamReader(stream);
        await foreach (var row in RowsAsync(new(reader), cancellation)) yield return row;
    }

    /// <summary>A table's description begins after an empty line, or with an annotation behind rows.</summary>
    internal static async IAsyncEnumerable<FluxRow> RowsAsync(CsvRecords records, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var table = new FluxTable();
        while (await records.NextAsync(cancellation) is { } record)
        {
            if (record.Count == 0 || (table.IsDescribed && record[0].StartsWith('#'))) table = new();
            if (record.Count == 0) continue;

            if (!table.IsDescribed)
            {
                table.Describe(record);
                continue;
            }

            table.Check(record);
            if (table.IsError) throw new FluxRefusedException(table.Text(record, "error") ?? "(no reason given)", table.Text(record, "reference"));

            yield return new(table, record);
        }
    }

    private static byte[] Body(string flux)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("query"u8, flux);
            json.WriteString("type"u8, "flux"u8);
            json.WriteStartObject("dialect"u8);
            json.WriteBoolean("header"u8, true);
            json.WriteString("delimiter"u8, ","u8);
            json.WriteString("commentPrefix"u8, "#"u8);
            json.WriteString("dateTimeFormat"u8, "RFC3339Nano"u8);
            json.WriteStartArray("annotations"u8);
            json.WriteStringValue("datatype"u8);
            json.WriteStringValue("group"u8);
            json.WriteStringValue("default"u8);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

/// <summary>One row of an answer.</summary>
internal sealed record FluxRow(FluxTable Table, List<string> Cells)
{
    public string? this[string column] => Table.Text(Cells, column);

    /// <summary>Tables of one description, and those of one answer, are told apart by number.</summary>
    public bool IsOfTableOf(FluxRow? other) => other is not null && ReferenceEquals(Table, other.Table)
        && string.Equals(this["table"], other["table"], StringComparison.Ordinal) && string.Equals(this["result"], other["result"], StringComparison.Ordinal);
}

/// <summary>InfluxDB ended a query, before or amid its rows.</summary>
/// <param name="reference">Its number for the error; null for none.</param>
internal sealed class FluxRefusedException(string error, string? reference)
    : IOException($"InfluxDB refused the query: {error}{(reference is null ? "" : $" ({reference})")}");
