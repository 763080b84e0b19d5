using Iot.Journal;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>What is kept on disk about the time: <c>time/boots</c> and <c>time/marks</c> in the data directory.</summary>
internal sealed class TimeNotes
{
    private const uint BootsMagic = 0x31_4F_4F_42; // "BOO1"
    private const uint MarksMagic = 0x31_4B_52_4D; // "MRK1"

    private bool _reported;

    private TimeNotes(IDisk disk, string directory, ILogger logger)
    {
        Boots = Open(disk, new(disk, directory, "boots", BootsMagic), file => new BootNotes(file), logger);
        Marks = Open(disk, new(disk, directory, "marks", MarksMagic), file => new StampMarks(file, e => Failed(logger, "the highest time given", e)), logger);
    }

    public BootNotes Boots { get; }

    public StampMarks Marks { get; }

    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static TimeNotes Open(string dataPath, ILogger logger, IDisk? disk = null) => new(disk ?? new PosixDisk(), Path.Combine(dataPath, "time"), logger);

    /// <summary>Once, not at each try.</summary>
    public void Failed(ILogger logger, string what, IOException why)
    {
        if (!_reported) logger.NotNoted(what, why.Message);
        _reported = true;
    }

    private static T Open<T>(IDisk disk, NotedFile file, Func<NotedFile, T> open, ILogger logger)
    {
        try
        {
            return open(file);
        }
        catch (InvalidDataException e)
        {
            logger.NoteDamaged(e.Message);
            disk.Rename(file.FullPath, file.FullPath + ".damaged");
            return open(file);
        }
    }
}
