namespace Iot.Journal;

/// <summary>Records that will share one write and one fsync. One of two, reused in turn; guarded by its owner's lock.</summary>
internal sealed class AppendGroup
{
    private const int Smallest = 64 << 10;

    private byte[] _bytes = new byte[Smallest];
    private TaskCompletionSource? _durable;

    public int Length { get; private set; }

    public int Count { get; private set; }

    public ulong FirstOffset { get; private set; }

    /// <summary>Copies one record in.</summary>
    /// <returns>Completes or faults with the whole group.</returns>
    public Task Add(ulong offset, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var size = FrameHeader.Size + head.Length + body.Length;
        if (Length + size > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
        if (Count == 0) FirstOffset = offset;

        var frame = _bytes.AsSpan(Length, size);
        FrameHeader.Begin(frame, head.Length + body.Length, offset);
        head.CopyTo(frame[FrameHeader.Size..]);
        body.CopyTo(frame[(FrameHeader.Size + head.Length)..]);

        Length += size;
        Count++;
        _durable ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _durable.Task;
    }

    /// <summary>The bytes to write; checksums are made here, off the appenders' lock.</summary>
    public ReadOnlySpan<byte> Seal(uint mark)
    {
        for (var at = 0; at < Length;) at += FrameHeader.Seal(_bytes.AsSpan(at), mark);

        return _bytes.AsSpan(0, Length);
    }

    /// <summary>Empties it for the next turn and hands over who waits for it.</summary>
    public TaskCompletionSource? Reset()
    {
        var durable = _durable;
        _durable = null;
        Length = 0;
        Count = 0;
        return durable;
    }
}
