#if INFLUXDB_CLIENT
using System.Text;
using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;

namespace Iot.Gateway.Influx;

/// <summary>Writes through InfluxDB.Client 5.1.0's <c>WriteApiAsync</c>: one body, one request, no buffer of its own.</summary>
/// <remarks>
/// Costs what ours does not: the body becomes a string and bytes again, is never packed, and the client's
/// <c>HttpException</c> gives <c>Retry-After</c> in seconds only (a date breaks its parser with a <see cref="FormatException"/>).
/// </remarks>
internal sealed class OfficialClient : IInfluxServer, IDisposable
{
    private readonly InfluxOptions _options;
    private readonly InfluxDBClient _client;
    private readonly WriteApiAsync _write;

    public OfficialClient(HttpClient http, InfluxOptions options, InfluxSecrets secrets)
    {
        _options = options;
        var settings = new InfluxDBClientOptions(options.Url!.ToString()) { HttpClient = http, Timeout = options.Timeout };
        if (secrets.Token.Length > 0) settings.Token = secrets.Token;

        _client = new(settings);
        _write = _client.GetWriteApiAsync();
    }

    public async ValueTask<InfluxAnswer> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        try
        {
            await _write.WriteRecordAsync(
                Encoding.UTF8.GetString(lines.Span).TrimEnd('\n'), WritePrecision.Ns, _options.Bucket, _options.Org, cancellation);
            return AnswerTable.Read(204, "", null);
        }
        catch (HttpException e) when (e.Status > 0)
        {
            var wait = e.RetryAfter is { } seconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : (TimeSpan?)null;
            return AnswerTable.Read(e.Status, e.Message, wait);
        }
        catch (FormatException e)
        {
            return new(AnswerKind.Overloaded, 503, $"Retry-After holds a date, which the client cannot read: {e.Message}", null);
        }
        catch (Exception e) when (e is InfluxException or HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested(); // RestSharp wraps cancellation, too
            return InfluxAnswer.Broken(e.Message); // the lines wait
        }
    }

    public void Dispose() => _client.Dispose();
}
#endif
