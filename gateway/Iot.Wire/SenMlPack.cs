namespace Iot.Wire;

/// <summary>The meaning of a SenML pack, whichever way it is written: base fields, the record at hand, its reading.</summary>
/// <remarks>A decoder calls <see cref="BeginRecord"/>, <see cref="Takes"/> and a setter for each label, <see cref="EndRecord"/>.</remarks>
internal ref partial struct SenMlPack
{
    private const ulong HighestVersion = 10;

    private readonly ReadingBatch _batch;
    private readonly ReadOnlySpan<byte> _device;
    private readonly long _receivedAtNs;
    private readonly int _maxReadings;
    private bool _isFirstRecord = true;
    private SenMlIdentity _identity;
    private SenMlClock _clock = new();
    private SenMlBase _base;
    private SenMlNameCache _names;

    // The record at hand; a member counts only when its label was seen.
    private uint _seen;
    private ReadingDefect _defect;
    private ReadOnlySpan<byte> _name;
    private TextRange _unit;
    private TextRange _text;
    private long _timeNs;
    private bool _boolean;
    private double _value;
    private double _sum;

    /// <summary>Empties <paramref name="batch"/> and takes it as the place where readings and texts go.</summary>
    public SenMlPack(scoped in DecodeContext context, ReadingBatch batch)
    {
        batch.Clear();
        batch.Device = context.Device;
        _batch = batch;
        _device = batch.Utf8(batch.AddText(context.Device.Value));
        _receivedAtNs = context.ReceivedAtNs;
        _maxReadings = context.MaxReadings;
    }

    public readonly ReadingBatch Batch => _batch;

    /// <summary>The pack is refused: nothing of it may be taken for a part of it.</summary>
    public readonly void Abandon()
    {
        var device = _batch.Device;
        _batch.Clear();
        _batch.Device = device;
    }

    public void BeginRecord()
    {
        _seen = 0;
        _defect = ReadingDefect.None;
    }

    /// <summary>False when what stands under the label is to be passed over: unknown, or there already.</summary>
    public bool Takes(SenMlLabel label)
    {
        if (label >= SenMlLabel.Unknown)
        {
            if (label == SenMlLabel.MustUnderstand) Mark(ReadingDefect.MustUnderstand);
            return false;
        }

        var bit = Bit(label);
        if ((_seen & bit) != 0)
        {
            Mark(ReadingDefect.DuplicateLabel);
            return false;
        }

        _seen |= bit;
        return true;
    }

    /// <summary><c>n</c> and <c>bn</c>, as bytes that stay: of the payload, or of the batch.</summary>
    public void SetName(SenMlLabel label, ReadOnlySpan<byte> text)
    {
        if (label == SenMlLabel.Name)
        {
            _name = text;
            return;
        }

        _base.Name = text;
        _base.NameIsForeign = SenMlName.IsForeignBase(text, _device);
        _base.NameDefect = ReadingDefect.None;
        _names = default;
    }

    /// <summary><c>u bu vs vd</c>.</summary>
    public void SetText(SenMlLabel label, TextRange text)
    {
        switch (label)
        {
            case SenMlLabel.Unit: _unit = text; break;
            case SenMlLabel.BaseUnit: (_base.Unit, _base.UnitDefect) = (text, ReadingDefect.None); break;
            default: _text = text; break;
        }
    }

    public void SetBoolean(bool value) => _boolean = value;

    /// <summary><c>v s bv bs skew</c>.</summary>
    public void SetNumber(SenMlLabel label, double number)
    {
        var defect = double.IsFinite(number) ? ReadingDefect.None : ReadingDefect.NotFinite;
        switch (label)
        {
            case SenMlLabel.BaseValue: (_base.Value, _base.ValueDefect) = (number, defect); return;
            case SenMlLabel.BaseSum: (_base.Sum, _base.SumDefect) = (number, defect); return;
            case SenMlLabel.Skew: if (_isFirstRecord) _clock.SetSkew(number); return;
            case SenMlLabel.Value: _value = number; break;
            default: _sum = number; break;
        }

        Mark(defect);
    }

    /// <summary><c>t bt ut</c>; of <c>ut</c> only that it is a time matters here.</summary>
    public void SetTime(SenMlLabel label, long ns)
    {
        if (label == SenMlLabel.Time) _timeNs = ns;
        if (label == SenMlLabel.BaseTime) (_base.TimeNs, _base.TimeDefect) = (ns, ReadingDefect.None);
    }

    /// <summary><c>bver epoch seq first given clock</c>.</summary>
    public DecodeError SetUnsigned(SenMlLabel label, ulong value)
    {
        if (label == SenMlLabel.BaseVersion)
            return value is 0 or > HighestVersion ? DecodeError.UnsupportedVersion : DecodeError.None;

        if (label == SenMlLabel.Clock)
        {
            if (_isFirstRecord) _clock.SetState(value);
            return DecodeError.None;
        }

        _identity.Set(label, value);
        return _isFirstRecord ? DecodeError.None : DecodeError.BadIdentity;
    }

    /// <summary>What stands under the label is not of a type or size it may have. Not None when that costs the whole pack.</summary>
    public DecodeError Refuse(SenMlLabel label)
    {
        switch (label)
        {
            case SenMlLabel.BaseVersion: return DecodeError.UnsupportedVersion;
            case SenMlLabel.Clock or SenMlLabel.Skew: break;
            case >= SenMlLabel.Epoch: return DecodeError.BadIdentity;
            case < SenMlLabel.BaseVersion: _base.Refuse(label); break;
            case SenMlLabel.Name: Mark(ReadingDefect.BadName); break;
            case SenMlLabel.Time: Mark(ReadingDefect.BadTime); break;
            default: Mark(ReadingDefect.BadValue); break;
        }

        return DecodeError.None;
    }

    /// <summary>Adds the record's reading, if it has one.</summary>
    public DecodeError EndRecord()
    {
        if (_isFirstRecord)
        {
            _isFirstRecord = false;
            if (!_identity.TryTake(out var identity)) return DecodeError.BadIdentity;

            _batch.Identity = identity;
            _batch.Clock = _clock.Said;
        }

        if ((_seen & ReadingLabels) == 0 && _defect == ReadingDefect.None) return DecodeError.None;
        if (_batch.Count >= _maxReadings) return DecodeError.TooManyReadings;

        Resolve();
        return DecodeError.None;
    }
}
