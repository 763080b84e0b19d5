using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>Lines of a stream, none longer than allowed: what is longer is passed over and told.</summary>
/// <remarks>Not thread-safe. A last line without an end counts.</remarks>
internal sealed class BoundedLines(Stream stream, int maxBytes)
{
    private readonly byte[] _buffer = new byte[maxBytes + 1];
    private int _start;
    private int _end;
    private bool _ended;

    /// <returns>Null at the end of the stream. The text is valid until the next call.</returns>
    public async ValueTask<Line?> NextAsync(CancellationToken stopping)
    {
        var tooLong = false;
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0) return Take(length, 1, tooLong);
            if (_ended) return _end == _start ? null : Take(_end - _start, 0, tooLong);

            if (_end - _start > maxBytes)
            {
                tooLong = true;
                _start = _end; // its end is still to come
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), stopping);
            _end += read;
            _ended = read == 0;
        }
    }

    private Line Take(int length, int lineEnd, bool tooLong)
    {
        var line = new Line(tooLong ? default : _buffer.AsMemory(_start, length), tooLong);
        _start += length + lineEnd;
        return line;
    }

    /// <param name="TooLong">It was longer than allowed, and nothing of it is here.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Line(ReadOnlyMemory<byte> Text, bool TooLong);
}
