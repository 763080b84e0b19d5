using System.Numerics;

namespace Iot.Wire;

internal ref partial struct SenMlPack
{
    private const uint ValueLabels = 1 << SenMlLabel.Value - SenMlLabel.BaseSum
                                   | 1 << SenMlLabel.String - SenMlLabel.BaseSum
                                   | 1 << SenMlLabel.Boolean - SenMlLabel.BaseSum
                                   | 1 << SenMlLabel.Data - SenMlLabel.BaseSum;

    /// <summary>A record without any of these only sets base fields or the identity.</summary>
    private const uint ReadingLabels = ValueLabels
                                     | 1 << SenMlLabel.Name - SenMlLabel.BaseSum
                                     | 1 << SenMlLabel.Unit - SenMlLabel.BaseSum
                                     | 1 << SenMlLabel.Sum - SenMlLabel.BaseSum
                                     | 1 << SenMlLabel.Time - SenMlLabel.BaseSum
                                     | 1 << SenMlLabel.UpdateTime - SenMlLabel.BaseSum;

    private static uint Bit(SenMlLabel label) => 1u << label - SenMlLabel.BaseSum;

    private readonly bool Has(SenMlLabel label) => (_seen & Bit(label)) != 0;

    /// <summary>The first thing found wrong is the one reported.</summary>
    private void Mark(ReadingDefect defect)
    {
        if (_defect == ReadingDefect.None) _defect = defect;
    }

    private void Resolve()
    {
        var name = ResolveName();
        var timeNs = ResolveTime();
        var unit = ResolveUnit();
        var kind = ResolveValue(out var number);
        var sum = ResolveSum();
        if (kind == ReadingKind.None && double.IsNaN(sum)) Mark(ReadingDefect.NoValue);

        _batch.Add(new()
        {
            Measurement = name.Measurement,
            Field = name.Field,
            Unit = unit,
            Text = kind is ReadingKind.String or ReadingKind.Data ? _text : default,
            TimeNs = timeNs,
            Number = number,
            Sum = sum,
            Kind = kind,
            Defect = _defect,
        });
    }

    private SenMlName ResolveName()
    {
        Mark(_base.NameDefect);
        var said = Has(SenMlLabel.Name) ? _name : default;
        if (!_names.TryFind(said, _batch, out var name))
        {
            name = SenMlName.Resolve(_base.Name, said, _device, _base.NameIsForeign, _batch);
            if (!name.Field.IsEmpty) _names.Add(said, name);
        }

        Mark(name.Defect);
        return name;
    }

    /// <summary>The time of receipt stands in for one that cannot be read.</summary>
    private long ResolveTime()
    {
        Mark(_base.TimeDefect);
        if (SenMlTime.TryResolve(_base.TimeNs, Has(SenMlLabel.Time) ? _timeNs : 0, _receivedAtNs, out var timeNs)) return timeNs;

        Mark(ReadingDefect.BadTime);
        return _receivedAtNs;
    }

    private TextRange ResolveUnit()
    {
        if (Has(SenMlLabel.Unit)) return _unit;

        Mark(_base.UnitDefect);
        return _base.Unit;
    }

    /// <summary>A value that is missing counts as 0 where a base value is in force (RFC 8428 section 4.5.4).</summary>
    private ReadingKind ResolveValue(out double number)
    {
        number = _value;
        var values = _seen & ValueLabels;
        if (values != Bit(SenMlLabel.Value) && TryResolveOther(values, out var kind, out number)) return kind;

        Mark(_base.ValueDefect);
        if (_base.Value is not { } baseValue) return ReadingKind.Float;

        number = values == 0 ? baseValue : baseValue + _value;
        if (!double.IsFinite(number)) Mark(ReadingDefect.NotFinite);
        return ReadingKind.Float;
    }

    /// <summary>All but one <c>v</c> alone; false when a base value makes it a float after all.</summary>
    private bool TryResolveOther(uint values, out ReadingKind kind, out double number)
    {
        number = 0;
        if (BitOperations.PopCount(values) > 1) Mark(ReadingDefect.SeveralValues);
        kind = ReadingKind.None;
        if (Has(SenMlLabel.Boolean))
            (kind, number) = (ReadingKind.Boolean, _boolean ? 1 : 0);
        else if (Has(SenMlLabel.String))
            kind = ReadingKind.String;
        else if (Has(SenMlLabel.Data))
            kind = ReadingKind.Data;

        if (kind == ReadingKind.None) Mark(_base.ValueDefect);
        return kind != ReadingKind.None || _base.Value is null;
    }

    private double ResolveSum()
    {
        Mark(_base.SumDefect);
        if (!Has(SenMlLabel.Sum) && _base.Sum is null) return double.NaN;
        if (_base.Sum is not { } baseSum) return _sum;

        var sum = Has(SenMlLabel.Sum) ? baseSum + _sum : baseSum;
        if (!double.IsFinite(sum)) Mark(ReadingDefect.NotFinite);
        return sum;
    }
}
