using System.Threading.Channels;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

/// <summary>A server whose every answer the test gives by hand.</summary>
internal sealed class AskedServer : IInfluxServer
{
    private readonly Channel<Asked> _asked = Channel.CreateUnbounded<Asked>();

    public int Requests { get; private set; }

    public async ValueTask<InfluxAnswer> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        Requests++;
        var asked = new Asked();
        _asked.Writer.TryWrite(asked);
        return await asked.Reply.Task.WaitAsync(cancellation);
    }

    /// <summary>Waits for the next request and answers it.</summary>
    public async Task AnswerAsync(int status, string body = "", TimeSpan? retryAfter = null) =>
        (await NextAsync()).Reply.SetResult(AnswerTable.Read(status, body, retryAfter));

    public async Task<Asked> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _asked.Reader.ReadAsync(limit.Token);
    }

    internal sealed class Asked
    {
        public TaskCompletionSource<InfluxAnswer> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
