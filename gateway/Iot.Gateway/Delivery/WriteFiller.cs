using Iot.Journal;

namespace Iot.Gateway.Delivery;

/// <summary>Reads the spool in order and fills one write after the other.</summary>
internal sealed class WriteFiller(ISink sink, JournalReader reader, SpooledMessage message, TimeProvider clock, ILogger log)
{
    /// <summary>Waits for a first record, then goes on until the write is full or has lingered.</summary>
    public async Task<FilledWrite> FillAsync(CancellationToken stopping)
    {
        JournalRecord record;
        while (!reader.TryRead(out record)) await reader.WaitAsync(stopping);

        var write = sink.BeginWrite();
        try
        {
            var filled = new FilledWrite(write, clock.GetTimestamp());
            Take(record, filled);
            await TopUpAsync(filled, stopping);
            filled.Next = reader.Position;
            return filled;
        }
        catch
        {
            write.Dispose(); // not sent, so not checkpointed: the next run fills it again
            throw;
        }
    }

    private async Task TopUpAsync(FilledWrite filled, CancellationToken stopping)
    {
        using var lingered = new CancellationTokenSource(sink.Linger, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lingered.Token, stopping);

        while (!filled.Write.IsFull)
        {
            if (reader.TryRead(out var record))
            {
                Take(record, filled);
                continue;
            }

            try
            {
                await reader.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                return; // lingered long enough
            }
        }
    }

    private void Take(in JournalRecord record, FilledWrite filled)
    {
        if (record.MissingBefore > 0) log.RecordsMissing(record.MissingBefore, record.Offset, sink.Name);

        try
        {
            if (!message.TryOpen(record)) return;
        }
        catch (InvalidDataException e)
        {
            log.Unreadable(e, record.Offset, e.Message, sink.Name);
            return;
        }

        filled.Add(message);
    }
}
