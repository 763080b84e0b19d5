using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>One field of a line whose time is not known yet: it stands behind the fields.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct LineField(TextRange Name, TextRange Text, double Number, ReadingKind Kind, ReadingDefect Defect);

/// <summary>Reads the fields of one line. Reused from line to line, whose names are mostly the same in the same order.</summary>
internal sealed class LineFields
{
    private LineField[] _fields = new LineField[16];
    private (int Start, int Length)[] _names = new (int, int)[16]; // where the last name read at this place lies in the payload
    private int _named;
    private int _count;

    public ReadOnlySpan<LineField> Fields => _fields.AsSpan(0, _count);

    /// <summary>At least one name and its <c>=</c> were there.</summary>
    public bool HasStructure { get; private set; }

    /// <summary>Name of the field that <see cref="TryRead"/> could not read; empty when there was none.</summary>
    public TextRange FaultyName { get; private set; }

    /// <summary>Before a new payload.</summary>
    public void Reset() => (_named, HasStructure) = (0, false);

    /// <summary>False with the reason when it cannot be told where a field ends: the line is lost.</summary>
    /// <param name="payload">All lines.</param>
    /// <param name="at">Index of the first name; afterwards, behind the last value.</param>
    /// <param name="most">Stops behind one field more than this.</param>
    /// <param name="batch">Takes the texts.</param>
    /// <param name="defect">What is wrong with the line.</param>
    public bool TryRead(ReadOnlySpan<byte> payload, ref int at, int most, ReadingBatch batch, out ReadingDefect defect)
    {
        _count = 0;
        FaultyName = default;
        while (true)
        {
            if (!TryReadName(payload, ref at, batch, out var name))
            {
                defect = ReadingDefect.NoValue;
                return false;
            }

            ref var field = ref Next();
            field = new(name, default, 0, ReadingKind.None, ReadingDefect.None);
            if (!TryReadValue(payload, ref at, batch, ref field))
            {
                FaultyName = name;
                defect = ReadingDefect.BadValue;
                return false;
            }

            if (name.Length is 0 or > LineHeadReader.MaxNameLength) field.Defect = ReadingDefect.BadName;
            if (at < payload.Length && payload[at] == ',' && _count <= most)
            {
                at++;
                continue;
            }

            defect = ReadingDefect.None;
            return true;
        }
    }

    private bool TryReadName(ReadOnlySpan<byte> payload, ref int at, ReadingBatch batch, out TextRange name)
    {
        var start = at;
        if (_count < _named && IsSame(payload, start, _names[_count]))
        {
            name = _fields[_count].Name;
            at += _names[_count].Length + 1;
            return true;
        }

        at = LineText.EndOfName(payload, start);
        name = default;
        if (at == payload.Length || payload[at] != '=') return false;

        HasStructure = true;
        name = LineText.AddUnescaped(payload[start..at], ",= "u8, batch);
        Remember(start, at - start);
        at++;
        return true;
    }

    private static bool IsSame(ReadOnlySpan<byte> payload, int at, (int Start, int Length) name) =>
        payload.Length - at > name.Length
        && payload[at + name.Length] == '='
        && payload.Slice(at, name.Length).SequenceEqual(payload.Slice(name.Start, name.Length));

    /// <summary>Names are remembered in order, so a new one at this place makes those behind it unknown only if they never were.</summary>
    private void Remember(int start, int length)
    {
        if (_count == _names.Length) Array.Resize(ref _names, _count * 2);

        _names[_count] = (start, length);
        _named = Math.Max(_named, _count + 1);
    }

    private static bool TryReadValue(ReadOnlySpan<byte> payload, ref int at, ReadingBatch batch, ref LineField field)
    {
        if (at < payload.Length && payload[at] == '"') return TryReadText(payload, ref at, batch, ref field);

        var length = payload[at..].IndexOfAny(", \n\r"u8);
        var value = length < 0 ? payload[at..] : payload.Slice(at, length);
        at += value.Length;
        field.Defect = LineNumber.Read(value, out var kind, out var number);
        if (field.Defect == ReadingDefect.None) (field.Kind, field.Number) = (kind, number);
        return IsEndOfValue(payload, at);
    }

    /// <summary>A text may hold line breaks; <c>\"</c> and <c>\\</c> are its escapes, any other backslash stands for itself.</summary>
    private static bool TryReadText(ReadOnlySpan<byte> payload, ref int at, ReadingBatch batch, ref LineField field)
    {
        var start = at + 1;
        for (var i = start; ; i += 2)
        {
            var next = payload[Math.Min(i, payload.Length)..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                at = payload.Length;
                return false;
            }

            i += next;
            if (payload[i] == '\\' && i + 1 < payload.Length && payload[i + 1] is (byte)'"' or (byte)'\\') continue;
            if (payload[i] == '\\')
            {
                i--;
                continue;
            }

            at = i + 1;
            field.Kind = ReadingKind.String;
            field.Text = LineText.AddUnescaped(payload[start..i], "\"\\"u8, batch);
            return IsEndOfValue(payload, at);
        }
    }

    private static bool IsEndOfValue(ReadOnlySpan<byte> payload, int at) =>
        LineText.IsEndOfLine(payload, at) || payload[at] is (byte)',' or (byte)' ';

    private ref LineField Next()
    {
        if (_count == _fields.Length) Array.Resize(ref _fields, _count * 2);

        return ref _fields[_count++];
    }
}
