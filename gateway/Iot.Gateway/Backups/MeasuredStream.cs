using System.Security.Cryptography;

namespace Iot.Gateway.Backups;

/// <summary>The first bytes of a file that may grow meanwhile, hashed as they are read. Seekable in name only: that tells the tar writer its length.</summary>
internal sealed class MeasuredStream(FileStream file, long length) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            if (value != _position) throw new NotSupportedException("It is read once, from start to end.");
        }
    }

    /// <summary>Of what was read.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <exception cref="EndOfStreamException">The file has become shorter.</exception>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        var read = wanted == 0 ? 0 : file.Read(buffer[..wanted]);
        return Take(wanted, read, buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        var read = wanted == 0 ? 0 : await file.ReadAsync(buffer[..wanted], cancellationToken);
        return Take(wanted, read, buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("It is read once, from start to end.");

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        file.Dispose();
        base.Dispose(disposing);
    }

    private int Take(int wanted, int read, ReadOnlySpan<byte> buffer)
    {
        if (read == 0 && wanted > 0) throw new EndOfStreamException($"'{file.Name}' has become shorter while it was backed up.");

        _hash.AppendData(buffer[..read]);
        _position += read;
        return read;
    }
}
