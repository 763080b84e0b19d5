using System.Text;

namespace Iot.Gateway.Influx;

/// <summary>The lines of an answer, none longer than we care to hold.</summary>
internal sealed class AnswerLines(TextReader answer)
{
    /// <summary>In characters. A piece of 5,000 rows of numbers has 0.3 million.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private readonly char[] _block = new char[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null behind the last.</summary>
    /// <exception cref="IOException">The answer was broken off, or the line is too long.</exception>
    public async ValueTask<string?> NextAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await InfluxAsking.ReadAsync(answer, _block, cancellation));
                if (_end == 0) return line.Length > 0 ? line.ToString() : null;
            }

            var length = _block.AsSpan(_start.._end).IndexOf('\n');
            var taken = length < 0 ? _end - _start : length;
            if (line.Length + taken > MaxLength) throw new IOException($"InfluxDB answered with a line of more than {MaxLength} characters, which is not read. Ask for less at once.");

            line.Append(_block, _start, taken);
            _start += length < 0 ? taken : taken + 1;
            if (length >= 0) return line.ToString();
        }
    }
}
