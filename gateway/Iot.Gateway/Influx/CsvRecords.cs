using System.Text;

namespace Iot.Gateway.Influx;

/// <summary>The records of a CSV answer (RFC 4180): commas, quotes with line ends inside, CR LF or LF. An empty line is a record without cells.</summary>
internal sealed class CsvRecords(TextReader answer, int maxLength = CsvRecords.MostCharacters)
{
    /// <summary>Of one record: more than any reading has.</summary>
    public const int MostCharacters = 4 * 1024 * 1024;

    private readonly char[] _block = new char[16 * 1024];
    private readonly StringBuilder _cell = new();
    private int _next;
    private int _end;

    /// <summary>Null behind the last record.</summary>
    /// <exception cref="IOException">The answer was broken off, or is no CSV.</exception>
    public async ValueTask<List<string>?> NextAsync(CancellationToken cancellation)
    {
        var cells = new List<string>();
        var (state, length) = (State.Start, 0);
        while (true)
        {
            if (_next == _end)
            {
                (_next, _end) = (0, await InfluxAsking.ReadAsync(answer, _block, cancellation));
                if (_end == 0) return Last(cells, state);
            }

            if (++length > maxLength) throw new IOException($"InfluxDB answered with a record of more than {maxLength} characters, which is not read. Ask for less at once.");

            state = Take(_block[_next++], state, cells);
            if (state == State.Done) return cells;
        }
    }

    private State Take(char one, State state, List<string> cells)
    {
        switch (state, one)
        {
            case (State.Quoted, '"'):
                return State.QuoteInQuoted;
            case (State.QuoteInQuoted, '"'):
                _cell.Append('"');
                return State.Quoted;
            case (State.Quoted, _):
                _cell.Append(one);
                return State.Quoted;
            case (State.CarriageReturn or State.CarriageReturnFirst, not '\n'):
                throw NoCsv(one, cells);
            case (_, ','):
                EndCell(cells);
                return State.CellStart;
            case (_, '\r'):
                return state is State.Start ? State.CarriageReturnFirst : State.CarriageReturn;
            case (State.Start or State.CarriageReturnFirst, '\n'):
                return State.Done;
            case (_, '\n'):
                EndCell(cells);
                return State.Done;
            case (State.Start or State.CellStart, '"'):
                return State.Quoted;
            case (State.Start or State.CellStart or State.Plain, not '"'):
                _cell.Append(one);
                return State.Plain;
            default:
                throw NoCsv(one, cells);
        }
    }

    private static IOException NoCsv(char one, List<string> cells) => InfluxAsking.BrokenOff($"what it sends is no CSV, at '{one}' in cell {cells.Count + 1} of a record.");

    private List<string>? Last(List<string> cells, State state)
    {
        if (state is State.Start or State.CarriageReturnFirst) return null;
        if (state is State.Quoted) throw InfluxAsking.BrokenOff("it ends inside of quotes.");

        EndCell(cells);
        return cells;
    }

    private void EndCell(List<string> cells)
    {
        cells.Add(_cell.ToString());
        _cell.Clear();
    }

    private enum State
    {
        /// <summary>Nothing of the record was seen.</summary>
        Start,
        CellStart,
        Plain,
        Quoted,

        /// <summary>It ends the cell, or is the first of two that mean one.</summary>
        QuoteInQuoted,
        CarriageReturn,

        /// <summary>The record's first: the line may be empty.</summary>
        CarriageReturnFirst,
        Done,
    }
}
