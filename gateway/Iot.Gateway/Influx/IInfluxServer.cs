namespace Iot.Gateway.Influx;

/// <summary>One request, one answer: our own HTTP (<see cref="InfluxHttp"/>), or the official client where it is built in.</summary>
internal interface IInfluxServer
{
    /// <summary>Sends line protocol as it is. Whatever goes wrong on the way is an answer, too.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what became of the lines is not known.</exception>
    ValueTask<InfluxAnswer> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation);
}
