using System.Threading.Channels;
using Iot.Gateway.Mqtt;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>Takes messages and answers when the test says so.</summary>
internal sealed class FakeIngest
{
    private readonly Channel<TakenMessage> _taken = Channel.CreateUnbounded<TakenMessage>();
    private int _count;

    /// <summary>What a message becomes at once; null: when the test completes it.</summary>
    public IngestResult? Answer { get; set; } = IngestResult.Stored;

    public int Count => Volatile.Read(ref _count);

    public Task<IngestResult> IngestAsync(ReceivedMessage message, CancellationToken cancellation)
    {
        var taken = new TakenMessage(message with { Payload = message.Payload.ToArray() });
        if (Answer is { } answer) taken.Outcome.SetResult(answer);
        Interlocked.Increment(ref _count);
        _taken.Writer.TryWrite(taken);
        return taken.Outcome.Task;
    }

    /// <summary>The next message in order of arrival; 10 s at most.</summary>
    public async Task<TakenMessage> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _taken.Reader.ReadAsync(patience.Token);
    }
}

/// <summary>One message that ingest was given, payload copied.</summary>
internal sealed record TakenMessage(ReceivedMessage Message)
{
    public TaskCompletionSource<IngestResult> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text => System.Text.Encoding.UTF8.GetString(Message.Payload.Span);
}
