using System.Runtime.InteropServices;

namespace Iot.Gateway.Influx;

/// <summary>What <c>iot-gateway check</c> found out about the server.</summary>
/// <param name="Words">What, where and, if not well, what to do.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InfluxFinding(bool IsWell, string Words);

/// <summary>Tries the way of a write without writing: an empty body, which servers judge by address, token and database alone.</summary>
internal sealed class InfluxCheck(IInfluxServer server, InfluxOptions options)
{
    public async Task<InfluxFinding> CheckAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Timeout);
        try
        {
            return Judge(await server.WriteAsync(ReadOnlyMemory<byte>.Empty, patience.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(false, $"{Place}: no answer within {options.Timeout.TotalSeconds} s; look at the server, or raise Influx:Timeout.");
        }
    }

    private string Place => options.Api == InfluxApi.V1
        ? $"InfluxDB at {options.Url}, database '{options.Database}'"
        : $"InfluxDB at {options.Url}, organisation '{options.Org}', bucket '{options.Bucket}'";

    private InfluxFinding Judge(InfluxAnswer answer) => answer.Kind switch
    {
        // Malformed: a server that wants at least one line, but would have taken it from us.
        AnswerKind.Stored or AnswerKind.Malformed or AnswerKind.PartialWrite => new(true, $"{Place}: takes writes."),
        AnswerKind.NeedsPerson => new(false, $"{Place}: {answer.Brief}; {Advice(answer.Status)}."),
        _ => new(false, $"{Place}: {answer.Brief}; is it running, and the address right?"),
    };

    private string Advice(int status) => (status, options.Api) switch
    {
        (401 or 403, InfluxApi.V1) => "check Influx:Username and Influx:Password (or PasswordFile)",
        (401 or 403, _) => "check Influx:Token (or TokenFile) and what it may write",
        (400 or 404, InfluxApi.V1) => "create the database, or correct Influx:Database and Influx:RetentionPolicy",
        (400 or 404, _) => "create the bucket, or correct Influx:Org, Influx:Bucket and Influx:Api",
        _ => "check Influx:Url and Influx:Api",
    };
}
