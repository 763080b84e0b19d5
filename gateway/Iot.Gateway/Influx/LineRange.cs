using System.Runtime.InteropServices;

namespace Iot.Gateway.Influx;

/// <summary>Neighbouring lines of a body: what one request carries.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineRange(LineBody Body, int First, int Count)
{
    public int Bytes => Body.StartOf(First + Count) - Body.StartOf(First);

    public ReadOnlyMemory<byte> Memory => Body.Memory(First, Count);

    /// <summary>The smaller half first.</summary>
    public (LineRange Left, LineRange Right) Halves() =>
        (new(Body, First, Count / 2), new(Body, First + (Count / 2), Count - (Count / 2)));

    /// <summary>As many lines from the front as a request may carry; at least one.</summary>
    public LineRange Fitting(int maxLines, int maxBytes)
    {
        if (Count <= maxLines && Bytes <= maxBytes) return this;

        var start = Body.StartOf(First);
        var count = 1;
        while (count < Count && count < maxLines && Body.StartOf(First + count + 1) - start <= maxBytes) count++;
        return this with { Count = count };
    }

    /// <summary>One line, counted from the start of this range.</summary>
    public LineRange Line(int index) => new(Body, First + index, 1);

    /// <summary>Readings that the first line carries.</summary>
    public int Readings => Body.PartsOf(First).Length;

    public LineRange After(LineRange front) => this with { First = First + front.Count, Count = Count - front.Count };

    /// <summary>Copies the lines whose number within this range is wanted, with their readings.</summary>
    public LineBody Gather(Func<int, bool> wanted)
    {
        var gathered = new LineBody();
        for (var i = 0; i < Count; i++)
            if (wanted(i)) Copy(First + i, gathered);

        return gathered;
    }

    /// <summary>The first line of this range as one line a reading, so that a bad one does not cost those beside it.</summary>
    public LineBody ByReading()
    {
        var parts = Body.PartsOf(First);
        var line = Body.Line(First);
        var start = Body.StartOf(First);
        var head = line[..(parts[0].Start - start)];
        var time = line[line.LastIndexOf((byte)' ')..];

        var apart = new LineBody();
        apart.BeginMessage(Body.OffsetOf(First));
        for (var i = 0; i < parts.Length; i++)
        {
            var end = i + 1 < parts.Length ? parts[i + 1].Start - 1 : start + line.Length - time.Length;
            apart.BeginLine();
            apart.Write(head);
            apart.BeginReading(parts[i].Index);
            apart.Write(line[(parts[i].Start - start)..(end - start)]);
            apart.Write(time);
            apart.Write("\n"u8);
        }

        return apart;
    }

    private void Copy(int line, LineBody to)
    {
        var shift = to.Length - Body.StartOf(line);
        to.BeginMessage(Body.OffsetOf(line));
        to.BeginLine();
        foreach (var part in Body.PartsOf(line)) to.BeginReading(part.Index, part.Start + shift);
        to.Write(Body.Memory(line, 1).Span);
    }
}
