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
            var tally = new DeliveryTally();
            Take(record, write, tally);
            await TopUpAsync(write, tally, stopping);
            return new(write, reader.Position, tally);
        }
        catch
        {
            write.Dispose(); // not sent, so not checkpointed: the next run fills it again
            throw;
        }
    }

    private async Task TopUpAsync(ISinkWrite write, DeliveryTally tally, CancellationToken stopping)
    {
        using var lingered = new CancellationTokenSource(sink.Linger, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lingered.Token, stopping);

        while (!write.IsFull)
        {
            if (reader.TryRead(out var record))
            {
                Take(record, write, tally);
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

    private void Take(in JournalRecord record, ISinkWrite write, DeliveryTally tally)
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

        write.Add(message);
        tally.Add(message.Device, message.Accepted);
    }
}

/// <summary>A write ready to be sent; it covers the journal up to, not including, <paramref name="Next"/>.</summary>
internal sealed record FilledWrite(ISinkWrite Write, ulong Next, DeliveryTally Tally);
