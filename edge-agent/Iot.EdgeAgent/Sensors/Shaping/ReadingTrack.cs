using Iot.Wire;

namespace Iot.EdgeAgent.Sensors.Shaping;

/// <summary>One reading name of a group: what it is called from here on, and what of it waits or was sent.</summary>
internal sealed class ReadingTrack
{
    private readonly SensorOptions _options;
    private readonly Output[] _outputs;
    private readonly WindowValues _window = new();
    private readonly bool _isTaken;

    /// <param name="name">As the sensor calls it.</param>
    /// <param name="unit">The sensor's.</param>
    public ReadingTrack(SensorOptions options, string name, string unit)
    {
        _options = options;
        _isTaken = (options.Include.Count == 0 || NamePattern.MatchesAny(options.Include, name)) && !NamePattern.MatchesAny(options.Exclude, name);
        if (options.Rename.TryGetValue(name, out var renamed)) name = renamed;
        unit = options.Unit ?? unit;
        _outputs = options.Aggregates.Count > 1
            ? [.. options.Aggregates.Distinct().Select(aggregate => new Output(aggregate, $"{name}.{Suffix(aggregate)}", unit))]
            : [new(options.Aggregates.Count == 0 ? Aggregate.Mean : options.Aggregates[0], name, unit)];
    }

    public void Take(ReadingBatch round, in Reading reading, ReadingBatch into, TimeSpan now)
    {
        if (!_isTaken) return;

        var converted = reading.Kind == ReadingKind.Float && _options is not { Scale: 1, Offset: 0 }
            ? reading with { Number = Significant.Round(reading.Number * _options.Scale + _options.Offset) }
            : reading;
        var text = round.Utf8(reading.Text);
        if (_options.Window == TimeSpan.Zero) Send(_outputs[0], converted, text, into, now);
        else _window.Add(converted, text);
    }

    public void CloseWindow(ReadingBatch into, TimeSpan now)
    {
        if (_window.Count == 0) return;

        foreach (var output in _outputs)
        {
            var known = _window.TryGet(output.Aggregate, out var reading);
            if (known || _outputs.Length == 1) Send(output, reading, reading.Kind is ReadingKind.String or ReadingKind.Data ? _window.LastText : default, into, now);
        }

        _window.Clear();
    }

    private void Send(Output output, in Reading reading, ReadOnlySpan<byte> text, ReadingBatch into, TimeSpan now)
    {
        if (_options.Deadband is { } deadband && !output.Sent.IsDue(reading, text, now, deadband, _options.MaxSilence)) return;

        into.Add(reading with
        {
            Measurement = into.AddText(output.Name.Measurement),
            Field = into.AddText(output.Name.Field),
            Unit = into.AddText(output.Name.Unit),
            Text = into.AddText(text),
            Tags = default,
        });
    }

    private static string Suffix(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Mean => "mean",
        Aggregate.Min => "min",
        Aggregate.Max => "max",
        Aggregate.Last => "last",
        _ => "count",
    };

    private sealed class Output(Aggregate aggregate, string name, string unit)
    {
        public SentValue Sent; // a field: a struct that is changed in place

        public Aggregate Aggregate { get; } = aggregate;

        public ReadingName Name { get; } = ReadingName.Parse(name, aggregate == Aggregate.Count ? Units.Count : unit);
    }
}
