namespace Iot.Wire;

/// <summary>The base fields in force: each holds from its record on until it is replaced, and so does what is wrong with it.</summary>
internal ref struct SenMlBase
{
    public ReadOnlySpan<byte> Name;
    public bool NameIsForeign;
    public TextRange Unit;
    public long TimeNs;
    public double? Value;
    public double? Sum;
    public ReadingDefect NameDefect;
    public ReadingDefect TimeDefect;
    public ReadingDefect UnitDefect;
    public ReadingDefect ValueDefect;
    public ReadingDefect SumDefect;

    public void Refuse(SenMlLabel label)
    {
        switch (label)
        {
            case SenMlLabel.BaseName: NameDefect = ReadingDefect.BadName; break;
            case SenMlLabel.BaseTime: TimeDefect = ReadingDefect.BadTime; break;
            case SenMlLabel.BaseUnit: UnitDefect = ReadingDefect.BadValue; break;
            case SenMlLabel.BaseValue: ValueDefect = ReadingDefect.BadValue; break;
            case SenMlLabel.BaseSum: SumDefect = ReadingDefect.BadValue; break;
        }
    }
}
