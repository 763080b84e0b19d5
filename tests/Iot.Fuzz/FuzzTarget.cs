namespace Iot.Fuzz;

/// <summary>One reader of foreign bytes, and what must hold whatever the bytes are.</summary>
internal abstract class FuzzTarget
{
    public abstract string Name { get; }

    /// <summary>Inputs to start from, each of them good: together they reach every branch that good bytes can reach.</summary>
    public abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>Throws when a promise is broken; an exception of the reader that it does not document is one, too.</summary>
    public abstract void Run(byte[] input);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new SenMlJsonTarget(), new SenMlCborTarget(), new LineProtocolTarget(), new DecompressionTarget(), new SpoolRecordTarget(),
        new JournalTarget(), new CheckpointTarget(), new MarksTarget(), new BooksTarget(),
    ];

    public static FuzzTarget Named(string name) => All.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"There is no target '{name}'; there are {string.Join(", ", All.Select(target => target.Name))}.", nameof(name));
}
