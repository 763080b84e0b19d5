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

    private Reading Resolve()
    {
        var name = ResolveName();
        var timeNs = ResolveTime();
        var unit = ResolveUnit();
        var (kind, number) = ResolveValue();
        var sum = ResolveSum();
        if (kind == ReadingKind.None && double.IsNaN(sum)) Mark(ReadingDefect.NoValue);

        return new()
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
        };
    }

    private SenMlName ResolveName()
    {
        Mark(_base.NameDefect);
        var name = SenMlName.Resolve(
            _base.Name, Has(SenMlLabel.Name) ? _name : default, _device, _base.NameIsForeign, _batch);
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
    private (ReadingKind Kind, double Number) ResolveValue()
    {
        var values = _seen & ValueLabels;
        if (BitOperations.PopCount(values) > 1) Mark(ReadingDefect.SeveralValues);
        if (Has(SenMlLabel.Boolean)) return (ReadingKind.Boolean, _boolean ? 1 : 0);
        if (Has(SenMlLabel.String)) return (ReadingKind.String, 0);
        if (Has(SenMlLabel.Data)) return (ReadingKind.Data, 0);

        Mark(_base.ValueDefect);
        if (values == 0) return _base.Value is { } alone ? (ReadingKind.Float, alone) : (ReadingKind.None, 0);
        if (_base.Value is not { } baseValue) return (ReadingKind.Float, _value);

        var number = baseValue + _value;
        if (!double.IsFinite(number)) Mark(ReadingDefect.NotFinite);
        return (ReadingKind.Float, number);
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
