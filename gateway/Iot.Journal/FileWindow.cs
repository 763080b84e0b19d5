using System.Buffers;

namespace Iot.Journal;

/// <summary>A file read forward through one pooled buffer. Single-threaded.</summary>
internal sealed class FileWindow(IDiskFile file) : IDisposable
{
    private const int Usual = 256 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Usual);
    private long _start;
    private int _count;

    /// <summary>The bytes at <paramref name="position"/>, valid until the next call.</summary>
    /// <returns>At least <paramref name="wanted"/>, unless <paramref name="limit"/> or the file ends before.</returns>
    public ReadOnlyMemory<byte> At(long position, int wanted, long limit)
    {
        var wantedEnd = Math.Min(position + wanted, limit);
        if (position < _start || wantedEnd > _start + _count) Fill(position, wanted, limit);

        var skip = (int)(position - _start);
        return _buffer.AsMemory(skip, (int)Math.Min(_count - skip, Math.Max(0, limit - position)));
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _count = 0;
        file.Dispose();
    }

    private void Fill(long position, int wanted, long limit)
    {
        if (wanted > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        }

        _start = position;
        _count = 0;
        _count = file.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, limit - position)), position);
    }
}
