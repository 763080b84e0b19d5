namespace Iot.Journal;

/// <summary>A file with zeros where blocks were given up: no record counts there, and what lies around them is found.</summary>
/// <param name="file">Closed with this.</param>
/// <param name="blocks">Of this file, shared by all who read it.</param>
/// <param name="clock">Times how long a block has been failing.</param>
/// <param name="isNoted">Notes on disk that something is wrong with the file. Nothing is given up before that succeeds: a disk that
/// is gone altogether fails it, and comes back with everything.</param>
internal sealed class ReadAroundFile(IDiskFile file, UnreadableBlocks blocks, TimeProvider clock, Func<bool> isNoted) : IDiskFile
{
    public long Length => file.Length;

    /// <exception cref="DiskException">Some of it cannot be read and is not given up yet: to be tried again.</exception>
    public int Read(Span<byte> destination, long position)
    {
        if (!blocks.IsEmpty) return ReadAround(destination, position);

        try
        {
            return file.Read(destination, position);
        }
        catch (DiskException failure) when (failure.IsUnreadable)
        {
            return ReadAround(destination, position); // somewhere in it
        }
    }

    public void Write(ReadOnlySpan<byte> source, long position) => file.Write(source, position);

    public void Truncate(long length) => file.Truncate(length);

    public void Sync() => file.Sync();

    public void DropCache() => file.DropCache();

    public void Dispose() => file.Dispose();

    /// <summary>Every block gets its try, also after one has failed: their patience runs together.</summary>
    private int ReadAround(Span<byte> destination, long position)
    {
        DiskException? failure = null;
        var total = 0;
        while (total < destination.Length)
        {
            var at = position + total;
            var block = destination[total..Math.Min(destination.Length, total + UnreadableBlocks.Size - (int)(at % UnreadableBlocks.Size))];
            var read = ReadBlock(block, at, ref failure);
            total += read;
            if (read < block.Length) break;
        }

        return failure is null ? total : throw failure;
    }

    private int ReadBlock(Span<byte> block, long at, ref DiskException? failure)
    {
        var zeros = Math.Min(block.Length, blocks.GivenUpAt(at));
        block[..zeros].Clear();
        if (zeros == block.Length) return zeros;

        try
        {
            var read = file.Read(block[zeros..], at + zeros);
            blocks.WasRead(at);
            return zeros + read;
        }
        catch (DiskException e) when (e.IsUnreadable)
        {
            block.Clear();
            if (blocks.HasFailed(at, clock) && isNoted()) blocks.GiveUp(at, at + block.Length);
            else failure = e;
            return block.Length;
        }
    }
}
